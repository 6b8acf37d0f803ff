import logging
import os
import shutil
import socket
import time
import urllib.request
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
os.environ.pop("MLFLOW_TRACKING_URI", None)
os.environ.pop("MLFLOW_EXPERIMENT_NAME", None)
os.environ.pop("MLFLOW_EXPERIMENT_ID", None)
if "PYTEST_XDIST_WORKER" in os.environ:  # a worker a core: more threads would only wait for each other
    os.environ |= {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}

import numpy as np
import pytest

from semisup.settings import PretrainSettings


def blobs(rows: int, classes: int = 3, shape: tuple[int, ...] = (6,), seed: int = 0):
    """Gaussian classes around distinct centres, every class in turn: easy, but not trivial."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(99).uniform(0.2, 0.8, (classes, *shape))
    y = np.arange(rows) % classes
    x = np.clip(centres[y] + rng.normal(0, 0.05, (rows, *shape)), 0, 1).astype("float32")
    return x, y


def write_npz(path: Path, rows: int = 120, shape: tuple[int, ...] = (6,), **changes) -> Path:
    """A sound .npz file, but for what `changes` replaces (None leaves an array out)."""
    x, y = blobs(rows, shape=shape)
    x_test, y_test = blobs(30, shape=shape, seed=1)
    arrays = {"x": x, "y": y, "x_test": x_test, "y_test": y_test} | changes
    np.savez(path, **{key: value for key, value in arrays.items() if value is not None})
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_healthy(port: int) -> None:
    """Until an MLflow server on loopback answers, for a minute at most."""
    for _ in range(120):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health").close()
            return
        except OSError:
            time.sleep(0.5)


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """An empty current directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """A database with MLflow's tables and nothing in them: to make them takes seconds."""
    import mlflow

    database = tmp_path_factory.mktemp("migrated") / "mlflow.db"
    mlflow.MlflowClient(f"sqlite:///{database}").search_experiments()
    return database


@pytest.fixture
def workspace(empty, migrated):
    """A current directory with an empty store."""
    (empty / "mlruns").mkdir()
    shutil.copy(migrated, empty / "mlruns" / "mlflow.db")
    return empty


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A store with one small stage-one run on vectors: (folder, result). Tests that write to it add runs only."""
    from semisup.commands.pretrain import pretrain

    folder = tmp_path_factory.mktemp("trained")
    write_npz(folder / "blobs.npz")
    before = Path.cwd()
    os.chdir(folder)
    try:
        settings = PretrainSettings(data=str(folder / "blobs.npz"), widths=[16], code_size=4, epochs=20, batch_size=16)
        result = pretrain(settings)
    finally:
        os.chdir(before)
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    return folder, result


@pytest.fixture
def in_trained(trained, monkeypatch):
    """The current directory is the store with the small stage-one run, which is the latest; its id and result."""
    folder, result = trained
    import mlflow

    from semisup.runs import store

    monkeypatch.chdir(folder)
    store.open_store()
    found = mlflow.search_runs(
        experiment_names=["semisup"], filter_string="params.stage = 'pretrain'", output_format="list"
    )
    for run in found:  # of the tests before
        if run.info.run_id != result.run_id:
            mlflow.MlflowClient().delete_run(run.info.run_id)
    return result


@pytest.fixture(scope="session")
def browser():
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"):
        options.add_argument(flag)
    options.add_argument("--window-size=1600,1000")
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    yield driver
    driver.quit()
