"""A disk, a small one made for the test, that fills up amid a run."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import mlflow
import numpy as np
import pytest

from semisup.cli import run as command_line
from semisup.commands.pretrain import pretrain
from semisup.objectives import autoencoder
from semisup.runs import find, log, read, store
from semisup.settings import PretrainSettings
from semisup.training import checkpoints
from semisup.training.checkpoint_file import decoded
from semisup.training.checkpoints import kept, locked
from tests.conftest import blobs, write_npz

SMALL = {"data": "a.npz", "widths": [8], "code_size": 3, "epochs": 5}


class Disk:
    """A tmpfs. It can be filled, and freed of what filled it."""

    def __init__(self, folder, megabytes):
        self.folder, self.filler = folder, folder / "filler"
        folder.mkdir(exist_ok=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
        try:
            subprocess.run(mount, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"no tmpfs can be mounted here ({getattr(error, 'stderr', error)})")

    def fill(self, but=0):
        """Leave so many bytes."""
        with suppress(OSError), self.filler.open("ab", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        os.truncate(self.filler, max(self.filler.stat().st_size - but, 0))

    def free(self):
        self.filler.unlink()


@pytest.fixture
def disk():
    """A function that makes one."""
    made = []

    def make(folder, megabytes):
        made.append(Disk(folder, megabytes))
        return made[-1]

    yield make
    for each in made:
        subprocess.run(["umount", "--lazy", str(each.folder)], check=True)


@pytest.fixture
def after_epoch(monkeypatch):
    """A function that has something done after an epoch."""
    done, logged = {}, log.log_metrics

    def log_metrics(metrics, step=0):
        logged(metrics, step)
        done.pop(step, lambda: None)()

    monkeypatch.setattr(log, "log_metrics", log_metrics)
    return done.__setitem__


def told(capsys):
    return " ".join(capsys.readouterr().err.split())


def the_run():
    (run,) = mlflow.search_runs(experiment_names=["semisup"], output_format="list")
    return run


def test_a_checkpoint_that_finds_no_room_costs_a_warning(tmp_path, disk, monkeypatch, capsys, fault):
    monkeypatch.setattr(checkpoints, "AT_END", 0.0)
    x, _ = blobs(120)
    settings = PretrainSettings(widths=[512], code_size=64, epochs=6)  # 0.8 MB a checkpoint
    small = disk(tmp_path / "disk", 3)
    seen = []

    def report(count, loss):
        seen.append(count)
        if len(seen) == 3:  # one call an epoch
            small.fill(but=200_000)

    with locked(small.folder / "run"), kept(small.folder / "run"):
        found = autoencoder.trained(settings, x, report)
        files = sorted((small.folder / "run").glob("*"))
        assert [file.suffix for file in files if file.name != "lock"] == [".checkpoint"] * 2
        assert all(np.isfinite(part).all() for file in files[:-1] for part in decoded(file.read_bytes()).state)
    said = told(capsys)
    assert said.count("no checkpoint can be written (No space left on device), the training goes on without") == 1
    for a, b in zip(found.model.get_weights(), autoencoder.trained(settings, x).model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    fault(
        "disk full at a checkpoint",
        "a tmpfs of 3 MB, filled after the third epoch",
        "one warning; the earlier checkpoints stay whole; same weights as ever at the end",
    )


@pytest.mark.slow
def test_an_artifact_that_finds_no_room_ends_the_run_and_it_goes_on_later(workspace, disk, after_epoch, capsys, fault):
    write_npz(workspace / "a.npz")
    small = disk(workspace / "mlruns" / "artifacts", 2)
    after_epoch(4, small.fill)
    arguments = ["pretrain", *(f"--{key}={value}" for key, value in SMALL.items())]
    assert command_line.main(arguments) == 2
    (sentence,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("semisup: ")]
    assert "mlruns/artifacts" in sentence
    assert sentence.endswith("expected a disk that can be written to, found: No space left on device")
    run = the_run()
    assert run.info.status == "FAILED"
    assert run.data.tags[log.ERROR] in sentence
    small.free()
    assert command_line.main(["pretrain", "--resume", run.info.run_id]) == 0
    assert the_run().info.status == "FINISHED"
    read.read_model(run.info.run_id, "encoder")
    short = sentence.replace(str(workspace), "…").replace(run.info.run_id, "RUN")
    fault(
        "disk full at an artifact",
        "a tmpfs under mlruns/artifacts, filled after epoch 4 of 5",
        f"exit 2: {short}; after space is freed --resume finishes it",
    )


@pytest.mark.slow
def test_a_database_that_finds_no_room_ends_the_run_stays_whole_and_it_goes_on_later(
    empty, migrated, disk, after_epoch, capsys, fault
):
    small = disk(empty / "mlruns", 6)
    shutil.copy(migrated, small.folder / "mlflow.db")
    write_npz(empty / "a.npz")
    before = pretrain(PretrainSettings(**SMALL)).run_id
    after_epoch(3, small.fill)
    arguments = ["pretrain", *(f"--{key}={value}" for key, value in (SMALL | {"epochs": 60}).items())]
    assert command_line.main(arguments) == 2
    (sentence,) = [
        line for line in capsys.readouterr().err.splitlines() if line.startswith("semisup: ") and "warning" not in line
    ]
    assert "expected a disk that can be written to, found: No space left on device" in sentence
    assert str(small.folder) in sentence
    assert find.find_stage_one().run_id == before
    assert command_line.main(arguments) == 2  # another is refused from the start
    assert "No space left on device" in told(capsys)
    small.free()
    found = mlflow.search_runs(experiment_names=["semisup"], output_format="list")
    (broken,) = [run.info.run_id for run in found if run.info.run_id != before and run.data.metrics]
    assert command_line.main(["pretrain", "--resume", broken]) == 0
    steps = [point.step for point in mlflow.MlflowClient().get_metric_history(broken, "loss")]
    assert sorted(steps) == list(range(1, 61))
    with store.reading(Path("mlruns/mlflow.db").resolve()) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    short = sentence.replace(str(empty), "…").replace(broken, "RUN")
    fault(
        "disk full at the database",
        "a tmpfs under mlruns, filled after epoch 3 of 60",
        f"exit 2: {short}; the runs before can be read; after space is freed --resume finishes it",
    )
