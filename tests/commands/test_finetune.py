import subprocess
import sys

import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient

from semisup import sources
from semisup.commands.finetune import finetune
from semisup.commands.pretrain import pretrain
from semisup.data.label_draw import label_draw
from semisup.methods.supervised import Supervised
from semisup.settings import FinetuneSettings, PretrainSettings
from semisup.settings.methods import used_by
from semisup.settings.options import names
from tests.conftest import blobs, write_npz


def small(**changes):
    used = names(*used_by(changes.get("method", "supervised"), changes.get("encoder")))
    trained = {"steps": 40, "head_widths": [8], "learning_rate": 1e-2}
    few = {name: value for name, value in trained.items() if name in used}
    return FinetuneSettings(**({"labels": 30} | few | changes))


@pytest.mark.parametrize("encoder", ["frozen", "finetuned", pytest.param("scratch", marks=pytest.mark.slow)])
def test_the_run_is_linked_complete_and_comparable(in_trained, encoder):
    result = finetune(small(encoder=encoder, draw=2))
    run = MlflowClient().get_run(result.run_id)
    stage_one = MlflowClient().get_run(in_trained.run_id)
    assert set(run.data.params) == set(stage_one.data.params)
    assert run.data.params["pretrain_run"] == in_trained.run_id
    assert run.data.params["method"] == "supervised"
    assert run.data.params["encoder"] == encoder
    assert run.data.params["augment"] == ("none" if encoder == "frozen" else "[]")
    assert run.data.params["steps"] == "40"
    figures = {"test_accuracy", "test_balanced_accuracy", "test_log_loss", "test_ece", "train_seconds"}
    assert figures <= set(run.data.metrics)
    before, after = in_trained.metrics["test_mse"], result.metrics.get("test_mse")
    assert result.metrics.get("test_mse_before") == (None if encoder == "scratch" else before)
    assert {"frozen": after == before, "finetuned": after is not None and after > before, "scratch": after is None}[
        encoder
    ]
    dataset = sources.load(run.data.params["data"])
    rows = mlflow.artifacts.load_dict(f"runs:/{result.run_id}/label_draw.json")["rows_of_x_train"]
    assert rows == label_draw(dataset, 30, 2).tolist()
    matrix = np.array(mlflow.artifacts.load_dict(f"runs:/{result.run_id}/confusion.json")["true_by_predicted"])
    assert matrix.sum() == len(dataset.x_test)
    assert np.trace(matrix) / matrix.sum() == pytest.approx(run.data.metrics["test_accuracy"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "objective",
    [
        {"objective": "variational"},
        {"objective": "denoising", "corruption": "swap", "batch_norm": True, "code_activation": "relu"},
        {"objective": "sparse", "sparsity": "kl"},
        {"objective": "hashing"},
    ],
)
def test_stage_two_takes_an_encoder_however_it_was_trained(workspace, objective):
    write_npz(workspace / "a.npz")
    run = pretrain(PretrainSettings(data="a.npz", widths=[16], code_size=4, epochs=20, **objective))
    for encoder in ("frozen", "finetuned"):
        figures = finetune(small(encoder=encoder)).metrics
        assert figures["test_mse_before"] == pytest.approx(run.metrics["test_mse"], rel=1e-5)
        assert figures["test_accuracy"] > 0.5  # chance: a third


@pytest.mark.slow
def test_training_gets_the_labels_of_the_drawn_rows_and_no_other(in_trained, monkeypatch):
    given = []
    real = Supervised.fit
    monkeypatch.setattr(Supervised, "fit", lambda self, *all: given.append(all) or real(self, *all))
    finetune(small(draw=1, init_seed=3, order_seed=4))
    dataset = sources.load(MlflowClient().get_run(in_trained.run_id).data.params["data"])
    ((rows, labels, *seeds, _),) = given
    np.testing.assert_array_equal(rows, label_draw(dataset, 30, 1))
    np.testing.assert_array_equal(labels, dataset.y_train[rows])
    assert seeds == [3, 4]


@pytest.mark.parametrize("method", ["graph", pytest.param("supervised", marks=pytest.mark.slow)])
def test_false_labels_outside_the_draw_change_nothing(in_trained, tmp_path, monkeypatch, method):
    dataset = sources.load(MlflowClient().get_run(in_trained.run_id).data.params["data"])
    rows = label_draw(dataset, 30, 0)
    y = (dataset.y_train + 1) % 3
    y[rows] = dataset.y_train[rows]
    false = write_npz(tmp_path / "false.npz", x=dataset.x_train, y=y, x_test=dataset.x_test, y_test=dataset.y_test)
    monkeypatch.setattr("semisup.commands.finetune.label_draw", lambda *_: rows)
    first, second = (finetune(small(method=method, **changes)).metrics for changes in ({}, {"data": str(false)}))
    assert first["test_log_loss"] == second["test_log_loss"]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["supervised", "self_training"])
def test_the_same_command_gives_the_same_figures(in_trained, method):
    first, again = (finetune(small(method=method)).metrics for _ in range(2))
    timeless = [{k: v for k, v in m.items() if k != "train_seconds"} for m in (first, again)]
    assert timeless[0] == timeless[1]


@pytest.mark.slow
def test_a_fraction_is_a_budget(in_trained):
    run = MlflowClient().get_run(finetune(small(labels=0.25)).run_id)
    assert run.data.params["labels"] == "30"


@pytest.mark.slow
@pytest.mark.parametrize("method", ["supervised", "graph"])
def test_pyfunc_serves_the_classifier_in_a_process_without_semisup(in_trained, tmp_path, method):
    result = finetune(small(method=method))
    x, _ = blobs(5, seed=4)
    np.save(tmp_path / "x.npy", x)
    script = f"""
import sys, numpy as np, mlflow
mlflow.set_tracking_uri({mlflow.get_tracking_uri()!r})
model = mlflow.pyfunc.load_model("runs:/{result.run_id}/classifier")
assert model.metadata.signature is not None
np.save({str(tmp_path / "p.npy")!r}, model.predict(np.load({str(tmp_path / "x.npy")!r})))
assert not [name for name in sys.modules if name.split(".")[0] == "semisup"]
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True, cwd=tmp_path)
    np.testing.assert_allclose(np.load(tmp_path / "p.npy"), result.classifier(x), atol=1e-6)


def test_the_neighbours_are_found_once_for_a_stage_one_run(in_trained, monkeypatch):
    first = finetune(small(method="graph")).metrics["test_log_loss"]
    files = [item.path for item in MlflowClient().list_artifacts(in_trained.run_id)]
    digest = MlflowClient().get_run(in_trained.run_id).data.params["dataset_digest"]
    assert f"neighbours-{digest}-10.npz" in files
    monkeypatch.setattr("semisup.methods.pretrained.Pretrained._new", None)
    assert finetune(small(method="graph")).metrics["test_log_loss"] == first


def test_pictures_and_rounds_are_logged(in_trained):
    result = finetune(small(method="self_training", rounds=2))
    files = {item.path for item in MlflowClient().list_artifacts(result.run_id)}
    assert {"codes.png", "least_confident.png", "rounds.png", "confusion.png", "history.json"} <= files
    history = mlflow.artifacts.load_dict(f"runs:/{result.run_id}/history.json")
    assert [set(row) for row in history] == [{"trusted", "confidence"}] * 2
    assert history[0]["trusted"] < history[1]["trusted"]
