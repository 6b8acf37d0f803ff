"""What to label next, by the commands a user types."""

import json
import re
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

from semisup import sources
from semisup.cli import run as command_line
from semisup.commands.finetune import finetune
from semisup.commands.pretrain import pretrain
from semisup.data.label_draw import label_draw
from semisup.settings import FinetuneSettings, PretrainSettings
from tests.conftest import blobs


@pytest.fixture(scope="module")
def known(trained):
    """The id of a stage-two run with six labels."""
    patch = pytest.MonkeyPatch()
    patch.chdir(trained[0])
    run_id = finetune(FinetuneSettings(method="graph", labels=6, draw=3)).run_id
    patch.undo()
    return run_id


def test_rows_outside_the_label_draw_are_suggested_and_kept_with_the_run(in_trained, known, tmp_path, capsys):
    output = tmp_path / "next.csv"
    assert command_line.main(["suggest", "--run", known, "--count", "8", "--output", str(output)]) == 0
    found = pd.read_csv(output)
    assert found["rank"].tolist() == list(range(1, 9))
    assert not set(found["row_of_x_train"]) & set(label_draw(sources.load("blobs.npz"), 6, 3))
    assert found["row_of_x_train"].is_unique
    assert found["row"].tolist() == found["row_of_x_train"].tolist()  # the test set is in a file of its own
    assert set(found["file"]) == {mlflow.get_run(known).data.params["data"]}
    assert sorted(set(found["why"])) == ["coverage", "doubt"]
    assert found["doubt"].between(0, 1).all()
    assert not output.with_suffix(".png").exists()  # vectors are no pictures
    kept = mlflow.artifacts.download_artifacts(f"runs:/{known}/suggest/next.csv")
    pd.testing.assert_frame_equal(pd.read_csv(kept), found)
    assert mlflow.get_run(known).data.metrics["suggest/labelled"] == 6
    assert "label these next" in capsys.readouterr().out


def test_the_same_command_suggests_the_same_and_an_output_is_never_lost(in_trained, known, tmp_path, capsys):
    for name in ("a.csv", "b.csv"):
        assert command_line.main(["suggest", "--run", known, "--count", "5", "--output", str(tmp_path / name)]) == 0
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()
    assert command_line.main(["suggest", "--run", known, "--output", str(tmp_path / "a.csv")]) == 2
    assert re.search(r"output: \S+a.csv is there already, expected a new file", capsys.readouterr().err)


def test_images_come_with_a_contact_sheet_and_rows_are_those_of_the_file(workspace):
    """No row is labelled, and a fifth is held out: numbers of x_train are not those of the file."""
    x, _ = blobs(60, shape=(5, 5))
    np.savez("images.npz", x=x, y=np.full(60, -1))
    pretrain(PretrainSettings(data="images.npz", widths=[8], code_size=2, epochs=2))
    assert command_line.main(["suggest", "--count", "5", "--output", "next.csv"]) == 0
    found = pd.read_csv("next.csv")
    assert set(found["why"]) == {"coverage"}
    assert found["class"].isna().all()
    dataset = sources.load("images.npz")
    taken = dataset.x_train[found["row_of_x_train"]]
    np.testing.assert_allclose(dataset.scaling(x[found["row"]][..., None]), taken, atol=1e-6)
    assert (found["row"] != found["row_of_x_train"]).any()
    (run,) = mlflow.search_runs(experiment_names=["semisup"], output_format="list")
    sheet = mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/suggest/next.png")
    for path in (workspace / "next.png", Path(sheet)):
        assert path.read_bytes().startswith(b"\x89PNG")


def test_rows_of_a_table_and_of_its_unlabelled_file_are_told_apart(workspace):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"size": rng.normal(size=60), "weight": rng.normal(size=60), "kind": ["a", "b", None] * 20})
    frame.to_csv("t.csv", index=False)
    more = pd.DataFrame({"size": rng.normal(9, 1, 30), "weight": rng.normal(9, 1, 30)})
    more.to_csv("more.csv", index=False)
    options = ["--data", "t.csv", "--target", "kind", "--unlabelled", "more.csv", "--epochs", "2", "--code_size", "2"]
    assert command_line.main(["pretrain", *options]) == 0
    assert command_line.main(["suggest", "--count", "40", "--output", "next.csv"]) == 0
    found = pd.read_csv("next.csv")
    assert found["class"][found["doubt"] == 1].isna().all()
    of_table, of_more = (found[found["file"] == name] for name in ("t.csv", "more.csv"))
    assert frame["kind"][of_table["row"]].isna().all()
    assert len(of_table) + len(of_more) == 40
    assert len(of_more) >= 20  # the table has 20 that are unlabelled
    assert of_more["row"].between(0, 29).all()


def test_runs_that_leave_nothing_to_choose_are_refused(in_trained, known, tmp_path, capsys):
    output = ["--output", str(tmp_path / "next.csv")]
    for options, told in (
        ([], r"expected a run on data with unlabelled rows, or a stage-two run.*where every row has a label"),
        (["--run", known, "--count", "115"], r"count: expected at most 114, the unlabelled rows of"),
    ):
        assert command_line.main(["suggest", *options, *output]) == 2
        assert re.search(told, capsys.readouterr().err)
    x, y = blobs(90)
    np.savez(tmp_path / "other.npz", x=x, y=y, x_test=x[:9], y_test=y[:9])
    assert command_line.main(["suggest", "--run", known, "--data", str(tmp_path / "other.npz"), *output]) == 2
    assert "whose labels are known by row number" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [tmp_path / "other.npz"]


def test_a_label_draw_that_is_damaged_is_refused(in_trained, known, tmp_path, capsys):
    path = Path(mlflow.get_run(known).info.artifact_uri.removeprefix("file://")) / "label_draw.json"
    kept = path.read_text()
    try:
        for damaged in ("{", json.dumps({"rows": [1]}), json.dumps({"rows_of_x_train": [0, 500]})):
            path.write_text(damaged)
            assert command_line.main(["suggest", "--run", known, "--output", str(tmp_path / "next.csv")]) == 2
            assert f"label_draw.json of run {known} cannot be read" in capsys.readouterr().err
    finally:
        path.write_text(kept)
