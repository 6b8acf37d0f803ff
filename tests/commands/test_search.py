"""Index and search, by the commands a user types."""

import numpy as np
import pandas as pd
import pytest

from semisup import sources
from semisup.cli import run as command_line
from semisup.retrieval import hasher
from tests.conftest import blobs


@pytest.fixture(scope="module")
def indexed(trained, tmp_path_factory):
    """The folder of an index of the small run's inputs."""
    folder = tmp_path_factory.mktemp("indexed")
    patch = pytest.MonkeyPatch()
    patch.chdir(trained[0])
    patch.setattr(hasher, "STEPS", 100)
    assert command_line.main(["index", "--folder", str(folder / "index"), "--bits", "8"]) == 0
    patch.undo()
    return folder / "index"


def test_a_training_input_is_the_first_answer_to_itself(in_trained, indexed, tmp_path, capsys):
    dataset = sources.load("blobs.npz")
    rows = [5, 17, 40]
    raw = np.load("blobs.npz")["x"]
    np.save(
        tmp_path / "q.npy", raw[[np.abs(dataset.scaling(raw) - dataset.x_train[row]).sum(1).argmin() for row in rows]]
    )
    flags = ["--queries", f"[{tmp_path / 'q.npy'}]", "--count", "4", "--output", str(tmp_path / "answers.csv")]
    assert command_line.main(["search", "--folder", str(indexed), *flags]) == 0
    answers = pd.read_csv(tmp_path / "answers.csv")
    assert len(answers) == 12
    first = answers[answers["rank"] == 1]
    assert first["item_row"].tolist() == rows
    assert first["distance"].max() < 1e-3
    assert first["bits"].max() == 0
    assert first["class"].tolist() == dataset.y_train[rows].tolist()
    for _, of in answers.groupby("query_row"):
        assert of["distance"].is_monotonic_increasing
    assert "nearest items" in capsys.readouterr().out


def test_inputs_that_are_added_are_found_under_their_files(in_trained, indexed, tmp_path):
    new, _ = blobs(3, seed=7)
    np.save(tmp_path / "new.npy", new)
    assert command_line.main(["index", "--folder", str(indexed), "--add", f"[{tmp_path / 'new.npy'}]"]) == 0
    flags = ["--queries", f"[{tmp_path / 'new.npy'}]", "--count", "1", "--output", str(tmp_path / "answers.csv")]
    assert command_line.main(["search", "--folder", str(indexed), *flags]) == 0
    answers = pd.read_csv(tmp_path / "answers.csv")
    assert answers["item"].tolist() == [str(tmp_path / "new.npy")] * 3
    assert answers["item_row"].tolist() == [0, 1, 2]
    assert answers["class"].isna().all()


def test_an_index_that_is_there_and_queries_of_another_shape_are_refused(in_trained, indexed, tmp_path, capsys):
    assert command_line.main(["index", "--folder", str(indexed)]) == 2
    assert "is there already, expected a new one, or --add with files" in capsys.readouterr().err
    np.save(tmp_path / "wide.npy", np.zeros((2, 9)))
    assert command_line.main(["search", "--folder", str(indexed), "--queries", f"[{tmp_path / 'wide.npy'}]"]) == 2
    assert "wide.npy: expected inputs of shape (6,), found (9,)" in capsys.readouterr().err
    assert command_line.main(["index", "--folder", str(tmp_path / "i"), "--bits_from", "rounding"]) == 2
    assert "rounding expects a run of the hashing objective" in capsys.readouterr().err
    assert not (tmp_path / "i").exists()


@pytest.mark.slow
def test_rows_of_a_table_are_pretrained_on_indexed_and_found(workspace, monkeypatch, capsys):
    monkeypatch.setattr(hasher, "STEPS", 20)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"size": rng.normal(size=80), "colour": rng.choice(["red", "blue"], 80), "kind": ["a", "b"] * 40}
    )
    frame.to_csv("t.csv", index=False)
    frame.iloc[3:5].drop(columns="kind").to_csv("q.csv", index=False)
    options = ["--data", "t.csv", "--target", "kind", "--test", "t.csv", "--epochs", "2", "--code_size", "2"]
    assert command_line.main(["pretrain", *options]) == 0
    assert command_line.main(["finetune", "--labels", "10", "--steps", "5"]) == 0
    assert command_line.main(["index", "--bits", "8"]) == 0
    assert command_line.main(["search", "--queries", "[q.csv]", "--count", "1", "--output", "a.csv"]) == 0
    answers = pd.read_csv("a.csv")
    assert answers["item_row"].tolist() == [3, 4]
    assert answers["class"].tolist() == ["b", "a"]
    frame.rename(columns={"size": "weight"}).to_csv("q.csv", index=False)
    assert command_line.main(["search", "--queries", "[q.csv]"]) == 2
    assert "q.csv: column 'size' is missing, found weight, colour, kind" in capsys.readouterr().err
