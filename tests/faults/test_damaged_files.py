"""Files of the store that were cut off, or in which a byte was flipped."""

import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from semisup.cli import run as command_line
from semisup.commands.pretrain import pretrain
from semisup.errors import InputError
from semisup.methods.pretrained import Pretrained
from semisup.runs import find, log, read
from semisup.settings import PretrainSettings
from semisup.sources import load
from tests.conftest import write_npz
from tests.faults.conftest import one_sentence

DATABASE = Path("mlruns/mlflow.db")
COMMANDS = {
    "pretrain": ["pretrain", "--data", "a.npz"],
    "finetune": ["finetune", "--labels", "12"],
    "compare": ["compare"],
    "ui": ["ui"],
}
FLIPS = 150


@pytest.fixture
def own(trained, empty):
    """A copy of the store with the small stage-one run, to spoil."""
    folder, result = trained
    shutil.copytree(folder / "mlruns", "mlruns")
    write_npz(empty / "a.npz")
    return result


def flip(path, place):
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= 0xFF
    path.write_bytes(content)


DAMAGES = {
    "cut in half": lambda: truncate(DATABASE, 0.5),
    "its last byte cut off": lambda: truncate(DATABASE, 1 - 1 / DATABASE.stat().st_size),
    "emptied": lambda: truncate(DATABASE, 0),
    "a byte of its head flipped": lambda: flip(DATABASE, 3),
    "a byte of a table's page flipped": lambda: flip(DATABASE, 100),
}


def truncate(path, share):
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * share))


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_command_refuses_a_damaged_database_in_a_sentence_that_names_it(own, damage, capsys, fault):
    DAMAGES[damage]()
    content = DATABASE.read_bytes()
    for arguments in COMMANDS.values():
        assert command_line.main(arguments) == 2
        sentence = one_sentence(capsys.readouterr().err)
        assert f"{DATABASE.resolve()}: expected an MLflow store that can be opened (" in sentence
    assert DATABASE.read_bytes() == content
    fault(
        "a damaged database",
        f"mlflow.db {damage}",
        f"{', '.join(COMMANDS)}: exit 2: {sentence.replace(str(Path.cwd()), '…')}",
    )


def test_a_flipped_byte_anywhere_in_the_database_is_refused_or_does_no_more_than_change_a_value(own):
    sound, places = DATABASE.read_bytes(), random.Random(0)
    refused = 0
    for _ in range(FLIPS):
        DATABASE.write_bytes(sound)
        flip(DATABASE, places.randrange(len(sound)))
        try:
            find.find_stage_one()
        except InputError as error:
            refused += "mlflow.db" in str(error)
    assert refused > 0


def test_a_database_that_is_damaged_amid_a_run_ends_it_in_a_sentence(workspace, monkeypatch, capsys, fault):
    write_npz(workspace / "a.npz")
    logged = log.log_metrics

    def log_metrics(metrics, step=0):
        logged(metrics, step)
        if step == 2:
            truncate(DATABASE, 0.3)

    monkeypatch.setattr(log, "log_metrics", log_metrics)
    assert (
        command_line.main(["pretrain", "--data", "a.npz", "--widths", "[8]", "--code_size", "3", "--epochs", "4"]) == 2
    )
    sentence = one_sentence(capsys.readouterr().err)
    assert "mlflow.db: expected an MLflow store that can be opened" in sentence
    fault(
        "a database damaged amid a run",
        "mlflow.db cut off after epoch 2",
        f"exit 2: {sentence.replace(str(workspace), '…')}",
    )


def test_what_a_killed_process_left_half_written_in_the_database_is_undone(own):
    """A hot journal: the process died within a transaction."""
    dies = (
        "import os, signal, sqlite3\n"
        "c = sqlite3.connect('mlruns/mlflow.db', isolation_level=None)\n"
        "c.execute('PRAGMA cache_size = 1'); c.execute('BEGIN')\n"
        "c.execute(\"UPDATE params SET value = value || 'x'\")\n"
        "c.execute(\"UPDATE tags SET value = value || 'x'\"); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    before = find.find_stage_one().parameters
    assert subprocess.run([sys.executable, "-c", dies]).returncode == -signal.SIGKILL
    assert Path("mlruns/mlflow.db-journal").stat().st_size > 0
    assert find.find_stage_one().parameters == before


@pytest.fixture
def one(workspace):
    """A small stage-one run in a store of its own."""
    write_npz(workspace / "a.npz")
    return pretrain(PretrainSettings(data="a.npz", widths=[8], code_size=3, epochs=2))


def test_a_model_with_a_flipped_byte_is_refused_by_its_name_and_never_read_as_another(one, capsys, fault):
    expected = one.encoder.get_weights()
    refusal = f"encoder/data/model.keras of run {one.run_id} cannot be read"
    (file,) = (path for path in Path("mlruns").rglob("model.keras") if keras.saving.load_model(path).name == "encoder")
    sound, places, refused = file.read_bytes(), random.Random(0), 0
    for _ in range(24):
        file.write_bytes(sound)
        flip(file, places.randrange(len(sound)))
        try:
            found = read.read_model(one.run_id, "encoder").get_weights()
        except InputError as error:
            refused += refusal in str(error)
        else:
            for a, b in zip(found, expected, strict=True):
                np.testing.assert_array_equal(a, b)
    assert refused >= 18
    file.write_bytes(sound)
    flip(file, len(sound) // 2)
    compare = ["compare", "--draws", "2", "--budgets", "[6]", "--processes", "1"]
    for arguments in (["finetune", "--labels", "12"], compare):
        assert command_line.main(arguments) == 2
        sentence = one_sentence(capsys.readouterr().err)
        assert refusal in sentence
    fault(
        "a damaged model file",
        "one byte of encoder/data/model.keras flipped",
        f"finetune, compare: exit 2: {sentence.replace(one.run_id, 'RUN')}",
    )


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["flipped", "cut"])
def test_a_damaged_graph_of_the_codes_is_told_of_and_found_anew(one, capsys, damage, fault):
    dataset = load("a.npz")
    expected = Pretrained.read(one.run_id, dataset).train_neighbours("stage_one", 5)
    (file,) = Path("mlruns").rglob("neighbours-*-5.npz")
    flip(file, file.stat().st_size // 2) if damage == "flipped" else truncate(file, 0.7)
    found = Pretrained.read(one.run_id, dataset).train_neighbours("stage_one", 5)
    np.testing.assert_array_equal(found.rows, expected.rows)
    said = " ".join(capsys.readouterr().err.split())
    assert f"{file.name} of run {one.run_id}: damaged, computed anew" in said
    assert read.read_arrays(one.run_id, file.name) is not None
    fault("a damaged graph of the codes", f"neighbours-….npz {damage}", "a warning names it; computed and kept anew")
