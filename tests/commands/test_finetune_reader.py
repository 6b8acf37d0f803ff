import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient

from semisup import sources
from semisup.cli import run as command_line
from semisup.commands import finetune_reader
from semisup.commands.finetune import finetune
from semisup.commands.inputs.finetune import load
from semisup.commands.pretrain import pretrain
from semisup.data.label_draw import label_draw
from semisup.errors import InputError
from semisup.methods import network_classifier
from semisup.reading import search, serving, training, vocabulary
from semisup.runs import read, store
from semisup.settings import FinetuneSettings, PretrainSettings
from semisup.training.divergence import BrokenTrainingError
from tests.conftest import blobs


def small(**changes):
    given = {"labels": 100, "steps": 150, "head_widths": [16], "noise": 0.1, "dropout": 0.0}
    given |= {"learning_rate": 1e-2, "batch_size": 32}
    return FinetuneSettings(head="reader", **(given | changes))


@pytest.fixture(scope="module", autouse=True)
def narrow():
    """A decoder, and a beam, that take little time, and labels that are as sure as they are right."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "UNITS", 16)
        patch.setattr(finetune_reader, "BEAM", 2)
        for module in (training, network_classifier):
            patch.setattr(module, "LABEL_SMOOTHING", 0.0)
        yield


@pytest.fixture(scope="module")
def told(tmp_path_factory, narrow):
    """A store with a small stage-one run on ten classes of images and a reader of two: (folder, run, result)."""
    folder = tmp_path_factory.mktemp("digits")
    before = Path.cwd()
    os.chdir(folder)
    try:
        x, y = blobs(200, classes=10, shape=(5, 5))
        x_test, y_test = blobs(60, classes=10, shape=(5, 5), seed=1)
        np.savez(folder / "digits.npz", x=x, y=y, x_test=x_test, y_test=y_test)
        run = pretrain(PretrainSettings(data=str(folder / "digits.npz"), widths=[16], code_size=8, epochs=10))
        result = finetune(small(encoder="frozen", images=2, language="korean"))
    finally:
        os.chdir(before)
    return folder, run, result


@pytest.fixture
def in_told(told, monkeypatch):
    folder, run, result = told
    monkeypatch.chdir(folder)
    store.open_store()
    return run, result


def test_numbers_that_were_never_trained_are_read_from_images_that_were_not(in_told):
    figures = in_told[1].metrics
    assert figures["test_accuracy"] > 0.8
    assert figures["test_accuracy_beam"] > 0.8
    assert figures["test_symbol_error_rate"] < 0.15


def test_the_run_is_complete_and_its_table_says_what_its_figures_say(in_told):
    run, result = in_told
    logged = MlflowClient().get_run(result.run_id)
    assert set(logged.data.params) == set(MlflowClient().get_run(run.run_id).data.params)
    assert logged.data.params["stage"] == "reader"
    assert logged.data.params["pretrain_run"] == run.run_id
    files = {item.path for item in MlflowClient().list_artifacts(result.run_id)}
    assert {"readings.csv", "readings.png", "attention.png", "label_draw.json", "settings.json"} <= files
    table = pd.read_csv(StringIO(mlflow.artifacts.load_text(f"runs:/{result.run_id}/readings.csv")))
    assert set(table["number"]) <= set(vocabulary.numbers(2)[1])
    assert (table["greedy"] == table["true"]).mean() == pytest.approx(result.metrics["test_accuracy"])
    right = table[table["greedy"] == table["true"]]
    np.testing.assert_allclose(right["log_p_greedy"], right["log_p_true"], atol=1e-5)


def test_what_is_served_says_what_the_reader_says(in_told):
    result = in_told[1]
    x = sources.load("digits.npz").x_test[:20].reshape(10, 2, 5, 5, 1)
    served = mlflow.pyfunc.load_model(f"runs:/{result.run_id}/reader")
    assert list(served.predict(x)) == search.read_aloud(result.reader, x)
    assert "semisup" not in serving.SERVED.read_text()
    with pytest.raises(mlflow.MlflowException, match=r"\(10, 3, 5, 5, 1\) does not match expected shape"):
        served.predict(np.repeat(x[:, :1], 3, axis=1))


@pytest.mark.parametrize("shape", [(3, 3, 5, 5, 1), (3, 0, 5, 5, 1), (0, 2, 5, 5, 1), (3, 2, 4, 5, 1), (5, 5, 1)])
def test_sequences_of_another_length_or_none_are_refused(in_told, shape):
    with pytest.raises(InputError, match=r"images: expected at least one sequence of shape \(2, 5, 5, 1\), found an"):
        search.read_aloud(in_told[1].reader, np.zeros(shape, "float32"))


def test_only_the_drawn_labels_are_known(in_told):
    given = load(small(labels=30, draw=1))
    drawn = label_draw(given.dataset, 30, 1)
    rows, y = finetune_reader._training_rows(given.run, given.dataset, drawn)
    np.testing.assert_array_equal(rows, drawn)
    np.testing.assert_array_equal(y, given.dataset.y_train[drawn])


def test_labels_that_are_not_digits_are_refused(in_trained, capsys):
    assert command_line.main(["finetune", "--head", "reader"]) == 2
    told = capsys.readouterr().err
    assert "data: the reader expects images of the digits, classes 0 to 9, found 3 classes in " in told


SPLIT = [("split", "frozen"), ("split_then_joint", "finetuned"), ("end_to_end", "scratch"), ("split", "scratch")]


@pytest.mark.slow
@pytest.mark.parametrize(("regime", "encoder"), SPLIT)
def test_every_regime_reads(in_told, regime, encoder):
    steps = 500 if encoder == "scratch" else 300
    result = finetune(small(regime=regime, encoder=encoder, steps=steps))
    assert result.metrics["test_accuracy"] > 0.8
    x = sources.load("digits.npz").x_test
    passed = np.asarray(result.reader.front(x)).sum(axis=1)
    assert np.allclose(passed, 1, atol=1e-5) == (regime != "end_to_end")  # a class vector, or whatever helps


@pytest.mark.slow
def test_the_same_command_gives_the_same_figures(in_told):
    first, again = (finetune(small(steps=30)).metrics for _ in range(2))
    assert {k: v for k, v in first.items() if k != "train_seconds"} == {
        k: v for k, v in again.items() if k != "train_seconds"
    }


@pytest.mark.slow
def test_a_stage_two_run_labels_the_other_images_and_must_have_seen_no_other_labels(in_told):
    few = finetune(FinetuneSettings(labels=30, steps=200, head_widths=[32], dropout=0.0, learning_rate=1e-2))
    given = load(small(run=few.run_id, labels=30))
    rows, y = finetune_reader._training_rows(given.run, given.dataset, label_draw(given.dataset, 30, 0))
    assert len(rows) > 150
    assert (given.dataset.y_train[rows] == y).mean() > 0.8
    load(small(run=few.run_id, labels=50))  # contain the 30
    for name, value in (("labels", 20), ("draw", 1)):
        with pytest.raises(InputError, match=f"^{name}: expected .*, as stage-two run {few.run_id} has seen, found"):
            load(small(**({"run": few.run_id, "labels": 30} | {name: value})))


@pytest.mark.slow
def test_pyfunc_serves_the_reader_in_a_process_without_semisup(in_told, tmp_path):
    result = in_told[1]
    script = f"""
import sys, numpy as np, mlflow
mlflow.set_tracking_uri({mlflow.get_tracking_uri()!r})
model = mlflow.pyfunc.load_model("runs:/{result.run_id}/reader")
assert len(model.predict(np.zeros((4, 2, 5, 5, 1), "float32"))) == 4
assert not [name for name in sys.modules if name.split(".")[0] == "semisup"]
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True, cwd=tmp_path)


@pytest.mark.parametrize(
    ("regime", "begun"),
    [("split", ["front"]), pytest.param("end_to_end", ["encoder", "front", "decoder"], marks=pytest.mark.slow)],
)
def test_a_training_that_breaks_leaves_its_last_finite_weights(in_told, regime, begun):
    with pytest.raises(BrokenTrainingError):
        finetune(small(encoder="finetuned", images=2, regime=regime, learning_rate=3e38))
    run = mlflow.search_runs(experiment_names=["semisup"], output_format="list")[0]
    assert run.info.status == "FAILED"
    for name in begun:
        model = read.read_model(run.info.run_id, name)
        assert all(np.isfinite(weights).all() for weights in model.get_weights())
