"""Two real worker processes on loopback, one of them killed, and a tracking server."""

import os
import signal
import subprocess
import sys

import pytest
from mlflow import MlflowClient

from semisup.commands.compare import compare
from semisup.commands.inputs.compare import load
from semisup.commands.pretrain import pretrain
from semisup.comparison import workers
from semisup.comparison.cells import Source, of_grid
from semisup.errors import InputError
from semisup.runs import log, store
from semisup.settings import CompareSettings, PretrainSettings
from tests.conftest import free_port, wait_until_healthy, write_npz

GRID = {
    "methods": {"frozen": {"encoder": "frozen"}, "graph": {"method": "graph"}},
    "baselines": ["svm"],
    "budgets": [6, 12],
    "draws": 4,
    "defaults": {"steps": 200},
}


def test_a_file_is_no_store_for_many_machines(in_trained):
    with pytest.raises(InputError, match="expected MLFLOW_TRACKING_URI to name a server .* found a SQLite file"):
        load(CompareSettings(cluster="tcp://127.0.0.1:8786"))


@pytest.fixture
def cluster(tmp_path):
    """The scheduler's address, and the processes of two workers."""
    port = free_port()
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--no-dashboard"]
    nowhere = {"cwd": tmp_path, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen([*command, "--port", str(port)], **nowhere)
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", f"tcp://127.0.0.1:{port}", "--nthreads", "1"]
    started = [subprocess.Popen([*worker, "--no-nanny", "--no-dashboard"], **nowhere) for _ in range(2)]
    yield f"tcp://127.0.0.1:{port}", started
    for process in (*started, scheduler):
        process.kill()
        process.wait()


@pytest.fixture
def server(workspace, monkeypatch):
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{workspace}/mlruns/mlflow.db"]
    process = subprocess.Popen(
        [*command, "--artifacts-destination", str(workspace / "artifacts")],
        env=os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    wait_until_healthy(port)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", url)
    yield url
    process.terminate()
    process.wait()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the cluster's libraries
def test_no_cell_is_lost_or_counted_twice_when_a_worker_is_killed(server, cluster, workspace, monkeypatch):
    address, processes = cluster
    write_npz(workspace / "blobs.npz")
    run_id = pretrain(PretrainSettings(data="blobs.npz", widths=[8], code_size=4, epochs=5)).run_id
    settings = CompareSettings(cluster=address, **GRID)
    given = load(settings)
    source, dataset = Source(run_id, None, None, given[""].dataset.digest), given[""].dataset
    cells = of_grid({"": source}, settings.recipes, settings.baselines, settings.seeds, [6, 12], settings.draws)
    alone = {cell.title: scores for cell, scores in workers.here(cells, {source: dataset})}
    log_cell, killed = log.log_cell, []

    def kill_one(*arguments, **options):
        log_cell(*arguments, **options)
        if not killed:
            processes[0].send_signal(signal.SIGKILL)
            killed.append(arguments[0])

    monkeypatch.setattr(log, "log_cell", kill_one)
    result = compare(settings, given)
    assert killed
    assert processes[0].poll() == -signal.SIGKILL
    assert not result.verdict.failed
    experiment = MlflowClient().get_experiment_by_name(store.EXPERIMENT).experiment_id
    children = MlflowClient().search_runs([experiment], f"tags.mlflow.parentRunId = '{result.run_id}'")
    assert sorted(child.info.run_name for child in children) == sorted(alone)
    for child in children:
        expected = {name: value for name, value in alone[child.info.run_name].items() if name != "train_seconds"}
        assert {name: child.data.metrics[name] for name in expected} == expected


def test_a_scheduler_that_is_not_there_is_one_sentence(monkeypatch):
    from semisup.comparison import dask_workers

    monkeypatch.setattr(dask_workers, "PATIENCE", "1s")
    with pytest.raises(InputError, match="cluster: expected a dask scheduler at tcp://127.0.0.1:1, found none"):
        next(dask_workers.on_cluster([], "tcp://127.0.0.1:1", "digits"))
