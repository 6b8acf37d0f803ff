"""A process of a comparison that runs out of memory, in three ways."""

import os
import resource
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from mlflow import MlflowClient

from semisup.cli import run as command_line
from semisup.comparison import workers
from semisup.runs import store

CGROUP = Path("/sys/fs/cgroup/memory/semisup-faults")
CONFIG = """\
budgets: [6, 12]
draws: 3
processes: 2
methods: {graph: {method: graph}, large: {encoder: scratch, steps: 40, network: dense, widths: [3000, 3000]}}
baselines: [svm]
"""


@pytest.fixture
def cgroup():
    """A control group whose processes may take 4 MB more than they have."""
    try:
        CGROUP.mkdir()
        (CGROUP / "memory.limit_in_bytes").write_text(str(2**22))
    except OSError as error:
        pytest.skip(f"no control group can be made here ({error})")
    yield CGROUP
    with suppress(OSError):
        CGROUP.rmdir()


def by_signal(pid, _):
    os.kill(pid, signal.SIGKILL)


def by_kernel(pid, group):
    (group / "cgroup.procs").write_text(str(pid))


def by_limit(pid, _):
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + 2**20
    resource.prlimit(pid, resource.RLIMIT_AS, (limit, limit))


WAYS = {"SIGKILL": by_signal, "a control group of 4 MB more": by_kernel, "RLIMIT_AS of 1 MB more": by_limit}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_process_without_memory_costs_its_cell_and_no_other(
    in_trained, tmp_path, monkeypatch, capsys, fault, way, request
):
    group = request.getfixturevalue("cgroup") if WAYS[way] is by_kernel else None
    begun = []
    begin = workers.Worker.start

    def start(self, cell):
        known = getattr(self, "_cell", None)
        if known is not None and not begun and cell.name == "large" != known.name:  # takes more than it ever had
            begun.append(cell)
            WAYS[way](self.process.pid, group)
        begin(self, cell)

    monkeypatch.setattr(workers.Worker, "start", start)
    config = tmp_path / "c.yaml"
    config.write_text(CONFIG)
    assert command_line.main(["compare", "--config", str(config)]) == 1
    told = " ".join(capsys.readouterr().out.split())
    (lost,) = begun
    store.open_store()
    import mlflow

    (run,) = mlflow.search_runs(
        experiment_names=["semisup"],
        filter_string="params.stage = 'compare'",
        order_by=["attributes.start_time DESC"],
        max_results=1,
        output_format="list",
    )
    cells = mlflow.search_runs(
        experiment_names=["semisup"],
        filter_string=f"tags.`mlflow.parentRunId` = '{run.info.run_id}'",
        output_format="list",
    )
    assert run.info.status == "FINISHED"
    (failed,) = [cell for cell in cells if cell.info.status == "FAILED"]
    assert failed.info.run_name == lost.title
    reason = failed.data.tags["semisup.error"]
    assert workers.OUT_OF_MEMORY in reason
    assert "\n" not in reason
    assert lost.title in told
    for cell in cells:
        MlflowClient().delete_run(cell.info.run_id)
    fault(
        "out of memory in a process of compare",
        way,
        f"that cell fails ({reason}), {len(cells) - 1} others are scored, exit 1",
    )
