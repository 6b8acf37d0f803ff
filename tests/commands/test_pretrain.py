import dataclasses
import json

import keras
import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient

from semisup import networks, sources
from semisup.commands import pretrain
from semisup.commands.inputs import pretrain as inputs
from semisup.errors import InputError
from semisup.objectives import autoencoder
from semisup.runs import read, store
from semisup.settings import PretrainSettings
from semisup.system import memory, provenance
from semisup.system.threads import in_force
from tests.conftest import blobs, write_npz


def small(**changes):
    return PretrainSettings(**({"data": "a.npz", "widths": [8], "code_size": 3, "epochs": 3} | changes))


def test_a_network_that_does_not_fit_into_memory_is_refused_before_it_is_built(empty, monkeypatch):
    write_npz(empty / "a.npz")
    monkeypatch.setattr(memory, "available", lambda: 1000)
    with pytest.raises(
        InputError, match=r"widths: expected a dense network on inputs of shape \(6,\) that fits into the 0"
    ):
        inputs.load(small(widths=[4000]))


def test_the_run_holds_metrics_configuration_provenance_and_models(in_trained):
    run = MlflowClient().get_run(in_trained.run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params["widths"] == "[16]"
    assert run.data.params["dataset_digest"] == sources.load(run.data.params["data"]).digest
    assert {"init_seed", "order_seed", "draw", "labels"} <= set(run.data.params)
    assert run.data.tags["version.tensorflow"] == provenance.version("tensorflow")
    assert run.data.tags["mlflow.source.git.commit"]
    assert {"test_mse", "test_mse_pca", "test_mse_ratio_to_pca", "train_seconds", "samples_per_second"} <= set(
        run.data.metrics
    )
    losses = [m.value for m in MlflowClient().get_metric_history(in_trained.run_id, "loss")]
    assert len(losses) == 20
    assert losses[-1] < losses[0]
    files = {item.path for item in MlflowClient().list_artifacts(in_trained.run_id)}
    assert {"reconstructions.png", "settings.json"} <= files
    assert run.inputs.dataset_inputs[0].dataset.digest == run.data.params["dataset_digest"]


def test_the_logged_metric_is_the_saved_models_metric(in_trained):
    run = MlflowClient().get_run(in_trained.run_id)
    encoder, decoder = (
        keras.saving.load_model(
            mlflow.artifacts.download_artifacts(f"runs:/{in_trained.run_id}/{name}/data/model.keras")
        )
        for name in ("encoder", "decoder")
    )
    x = sources.load(run.data.params["data"]).x_test
    error = np.mean((x - networks.predict(decoder, networks.predict(encoder, x))) ** 2)
    assert run.data.metrics["test_mse"] == pytest.approx(float(error), rel=1e-5)


def test_stage_one_sees_every_training_input_no_label_and_no_test_input(workspace, monkeypatch, capsys):
    y = blobs(120)[1]
    y[50:] = -1
    write_npz(workspace / "a.npz", y=y)
    seen = []
    real = autoencoder.batches
    monkeypatch.setattr(autoencoder, "batches", lambda x, y, *rest: seen.append((x, y)) or real(x, y, *rest))
    pretrain.pretrain(small())
    assert "warning" not in capsys.readouterr().err  # of a code that is smaller than the inputs
    ((x, labels),) = seen
    np.testing.assert_array_equal(x, sources.load("a.npz").x_train)
    assert len(x) == 120
    assert labels is None


@pytest.mark.slow
@pytest.mark.parametrize("objective", ["plain", "variational"])
def test_labels_and_test_inputs_have_no_influence_on_the_weights(workspace, objective):
    write_npz(workspace / "a.npz")
    settings = small(objective=objective, epochs=2)
    first = pretrain.pretrain(settings).encoder.get_weights()
    x, _ = blobs(120)
    write_npz(workspace / "a.npz", y=np.full(120, -1), x_test=1 - x[:30], y_test=np.full(30, -1))
    second = pretrain.pretrain(settings).encoder.get_weights()
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.slow
def test_same_seeds_same_metrics_other_seeds_others(workspace):
    write_npz(workspace / "a.npz")
    first = pretrain.pretrain(small()).metrics["test_mse"]
    assert pretrain.pretrain(small()).metrics["test_mse"] == first
    assert pretrain.pretrain(small(init_seed=1)).metrics["test_mse"] != first
    assert pretrain.pretrain(small(order_seed=1)).metrics["test_mse"] != first


@pytest.mark.slow
@pytest.mark.parametrize(
    ("objective", "drawn"),
    [
        ("denoising", {"strength": 0.1}),
        ("contractive", {"penalty_weight": 0.1}),
        ("hashing", {"bit_noise": 0.1}),
    ],
)
def test_what_an_objective_draws_is_a_function_of_the_seed(workspace, objective, drawn):
    write_npz(workspace / "a.npz")
    store.open_store()
    settings, dataset, found = small(objective=objective, epochs=2, **drawn), sources.load("a.npz"), []
    for seed in (0, 0, 1):
        new = autoencoder.trained(dataclasses.replace(settings, init_seed=seed), dataset.x_train)
        found.append(new.encoder.get_weights())
    for first, second in zip(*found[:2], strict=True):
        np.testing.assert_array_equal(first, second)
    assert any((first != second).any() for first, second in zip(*found[1:], strict=True))


def test_a_conditional_model_gets_the_classes_that_are_known_and_zeros_elsewhere(workspace):
    y = blobs(120)[1]
    y[50:] = -1
    write_npz(workspace / "a.npz", y=y)
    dataset = sources.load("a.npz")
    settings = small(objective="variational", conditional=True, batch_size=120, epochs=1)
    stream, _ = autoencoder._stream(settings, dataset.x_train, dataset.y_train, dataset.classes)
    ((x, told), target) = next(iter(stream))
    np.testing.assert_array_equal(x, target)
    for row, given in zip(x.numpy(), told.numpy(), strict=True):
        label = dataset.y_train[(dataset.x_train == row).all(axis=1)][0]
        np.testing.assert_array_equal(given > 0, np.arange(3) == label)


def test_an_overcomplete_plain_autoencoder_is_warned_that_it_can_copy(workspace, capsys):
    write_npz(workspace / "a.npz")
    pretrain.pretrain(small(code_size=6, objective="denoising", epochs=1))
    assert "warning" not in capsys.readouterr().err
    found = pretrain.pretrain(small(code_size=6, epochs=1)).metrics
    told = capsys.readouterr().err
    assert "warning: code_size: 6 numbers for inputs of 6: a plain autoencoder can copy them" in told
    assert "test_mse" in found  # and PCA is exact
    assert "test_mse_ratio_to_pca" not in found


@pytest.mark.parametrize("train", ["decoder", pytest.param("encoder", marks=pytest.mark.slow)])
def test_a_held_half_is_as_it_was_and_the_other_is_new(workspace, train):
    write_npz(workspace / "a.npz")
    first = pretrain.pretrain(small())
    second = pretrain.pretrain(small(train=train, run=first.run_id, init_seed=1, widths=[5]))
    held, new = ("decoder", "encoder") if train == "encoder" else ("encoder", "decoder")
    for a, b in zip(getattr(first, held).get_weights(), getattr(second, held).get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert 5 in [layer.units for layer in getattr(second, new).layers if isinstance(layer, keras.layers.Dense)]
    run = mlflow.get_run(second.run_id)
    assert run.data.params["train"] == train
    assert run.data.params["pretrain_run"] == first.run_id
    assert run.data.params["widths"] == ("[5]" if train == "encoder" else str(small().widths))
    kept = read.read_model(second.run_id, held)
    assert len(kept.trainable_variables) == len(kept.variables)


def test_settings_are_kept_as_given(in_trained, trained):
    text = mlflow.artifacts.load_text(f"runs:/{in_trained.run_id}/settings.json")
    given = {"data": str(trained[0] / "blobs.npz"), "widths": [16], "code_size": 4, "epochs": 20, "batch_size": 16}
    assert PretrainSettings(**json.loads(text)) == PretrainSettings(**given, threads=in_force())
