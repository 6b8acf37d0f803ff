"""A loss or a gradient that is no number."""

import json
import re
from contextlib import suppress
from pathlib import Path

import keras
import mlflow
import numpy as np
import pytest
from keras import ops
from mlflow import MlflowClient

from semisup.cli import run as command_line
from semisup.commands.inputs.pretrain import PretrainInputs
from semisup.commands.pretrain import pretrain
from semisup.data.batches import batches, rows_of_step
from semisup.objectives import autoencoder
from semisup.runs import log, read, store
from semisup.settings import PretrainSettings
from semisup.sources import load
from semisup.training import trainer
from semisup.training.checkpoint_file import decoded
from semisup.training.checkpoints import kept, locked
from semisup.training.divergence import BrokenTrainingError
from semisup.training.trainer import Trainer
from tests.conftest import blobs, write_npz

BROKEN_ROW = 41
DIVERGING = ["--learning_rate", "3e38"]  # two such steps are past what single precision holds


def broken(x, epochs=6):
    settings = PretrainSettings(widths=[8], code_size=3, epochs=epochs, batch_size=8)
    new = autoencoder.build(settings, x.shape[1:])
    with pytest.raises(BrokenTrainingError) as error:
        autoencoder.train(new, settings, x)
    return error.value, new.model, settings


def finite(model):
    return all(np.isfinite(weight).all() for weight in model.get_weights())


def test_a_batch_that_is_no_number_is_named_by_its_row_and_step_and_the_weights_before_it_stay(fault):
    x, _ = blobs(120)
    x[BROKEN_ROW, 2] = np.nan
    error, model, settings = broken(x)
    stream, _ = batches(np.arange(120.0), None, 8, 1, settings.order_seed)
    seen = [BROKEN_ROW in rows.numpy() for rows, _ in stream]
    assert error.step == 1 + seen.index(True)
    assert f"at step {error.step} of 15, on a batch with NaN or infinite values in row {BROKEN_ROW} of x_train" in str(
        error
    )
    assert not error.finite

    expected = autoencoder.build(settings, (6,)).model
    clean, _ = blobs(120)
    optimizer = keras.optimizers.Adam(
        keras.optimizers.schedules.CosineDecay(settings.learning_rate, autoencoder.total_steps(settings, 120))
    )
    before = Trainer(expected, keras.losses.MeanSquaredError(), optimizer)
    before.run(iter(batches(clean, None, 8, 6, settings.order_seed)[0]), error.kept)
    assert error.kept == error.step - 1
    for weight, found in zip(expected.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, found)
    fault("NaN in an input", "a row of the data is changed in memory", f"exit 1: {error}")


def test_finite_inputs_are_told_from_others(fault):
    x, _ = blobs(120)
    x[BROKEN_ROW] = 3e38  # its square is infinite
    error, model, _ = broken(x)
    assert BROKEN_ROW in error.rows
    assert "whose inputs are finite" in str(error)
    assert finite(model)


def square_root_of(targets, predictions):
    """The mean square, and for a target of 0 the root of 0 times the prediction: finite, but its gradient is not."""
    return ops.mean(ops.square(predictions)) + ops.sum(ops.sqrt(targets + 0 * predictions))


@pytest.mark.parametrize("step", [5, 20])
def test_a_gradient_that_is_no_number_is_found_though_its_loss_is_one(step, monkeypatch):
    monkeypatch.setattr(trainer, "COPY_EVERY", 0.0)
    monkeypatch.setattr(trainer, "COPY_SHARE", 1e9)
    x, targets = np.ones((160, 3), np.float32), np.ones((160, 1), np.float32)
    seen = next(
        number for number, (rows, _) in enumerate(batches(np.arange(160.0), None, 8, 1, 0)[0], 1)
        if number == step and (targets.__setitem__(rows.numpy().astype(int)[0], 0.0) or True)
    )  # fmt: skip
    inputs = keras.Input((3,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    one = Trainer(model, square_root_of, keras.optimizers.SGD(0.01))
    with pytest.raises(BrokenTrainingError, match=f"the gradient became nan or infinite at step {seen} of 20"):
        one.run(iter(batches(x, targets, 8, 1, 0)[0]), 20)
    assert finite(model)


def test_a_state_that_is_no_number_is_never_kept_as_a_checkpoint(tmp_path, monkeypatch):
    monkeypatch.setattr("semisup.training.checkpoints.AT_END", 0.0)
    monkeypatch.setattr("semisup.training.checkpoints.AMID", 0.0)
    x, _ = blobs(120)
    settings = PretrainSettings(widths=[8], code_size=3, epochs=1, batch_size=2)
    late = rows_of_step(120, 2, settings.order_seed, 50)[0]  # in the second of the first epoch's calls
    x[late, 2] = np.nan
    for _ in range(2):  # the second goes on from where the first left off, and meets the same batch
        with suppress(BrokenTrainingError), locked(tmp_path / "run"), kept(tmp_path / "run"):
            autoencoder.train(autoencoder.build(settings, (6,)), settings, x)
    states = [decoded(path.read_bytes()) for path in (tmp_path / "run").glob("*.checkpoint")]
    assert states
    assert all(np.isfinite(part).all() for each in states for part in each.state)


def test_stage_one_ends_as_failed_with_its_reason_and_weights_that_can_be_loaded(workspace, capsys, fault):
    write_npz(workspace / "a.npz")
    arguments = ["pretrain", "--data", "a.npz", "--widths", "[8]", "--code_size", "3", "--epochs", "4"]
    assert command_line.main([*arguments, *DIVERGING]) == 1
    told = capsys.readouterr().err
    (run,) = mlflow.search_runs(experiment_names=["semisup"], output_format="list")
    assert run.info.status == "FAILED"
    reason = run.data.tags[log.ERROR]
    assert f"semisup: {reason}" in told
    assert re.match(
        r"epoch \d: the .* at step \d+ of 2, on the batch of rows .*, whose inputs are finite; .* kept", reason
    )
    for name in ("encoder", "decoder"):
        assert finite(read.read_model(run.info.run_id, name))
    logged = json.loads(
        Path(mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/broken_training.json")).read_text()
    )
    assert len(logged["rows_of_x_train"]) in (56, 64)
    assert command_line.main(["pretrain", "--resume", run.info.run_id]) == 1
    assert MlflowClient().get_run(run.info.run_id).info.status == "FAILED"
    fault("NaN loss, stage one", "pretrain --learning_rate 3e38", f"FAILED, exit 1, weights logged: {reason}")


@pytest.mark.slow
def test_stage_two_does_likewise_and_a_comparison_loses_the_cell_alone(in_trained, capsys, fault, tmp_path):
    assert command_line.main(["finetune", "--labels", "30", "--encoder", "finetuned", *DIVERGING]) == 1
    told = capsys.readouterr().err
    store.open_store()
    (run,) = mlflow.search_runs(
        experiment_names=["semisup"], filter_string="params.stage = 'finetune'", max_results=1, output_format="list"
    )
    assert run.info.status == "FAILED"
    assert f"semisup: {run.data.tags[log.ERROR]}" in told
    assert finite(read.read_model(run.info.run_id, "classifier"))
    drawn = json.loads(
        Path(mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/label_draw.json")).read_text()
    )
    named = json.loads(
        Path(mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/broken_training.json")).read_text()
    )
    assert set(named["rows_of_x_train"]) <= set(drawn["rows_of_x_train"])

    config = tmp_path / "c.yaml"
    config.write_text(
        "budgets: [6]\ndraws: 2\nprocesses: 1\nbaselines: [svm]\n"
        "methods: {diverging: {encoder: finetuned, learning_rate: 1.0e+20, steps: 40}, graph: {method: graph}}\n"
    )
    assert command_line.main(["compare", "--config", str(config)]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "diverging, 6 labels, draw 0" in told
    assert "BrokenTrainingError" in told or "became" in told
    fault(
        "NaN loss, a cell of a comparison",
        "one method with a learning rate of 3e38",
        "that cell fails, the others are scored, exit 1",
    )


def test_a_mapped_file_that_changes_after_it_was_checked_is_found_by_its_row(workspace, fault):
    x, y = blobs(120)
    Path("a").mkdir()
    np.save("a/x.npy", x)
    np.save("a/y.npy", y)
    dataset = load("a")
    row = int(dataset.x_train.rows[7])
    content = np.load("a/x.npy", mmap_mode="r+")
    content[row, 0] = np.nan
    content.flush()
    settings = PretrainSettings(data="a", widths=[8], code_size=3, epochs=2)
    with pytest.raises(BrokenTrainingError, match=r"NaN or infinite values in row 7 of x_train") as error:
        pretrain(settings, PretrainInputs(settings, dataset))
    fault("NaN in a mapped file", "a value of x.npy is changed after it was checked", f"exit 1: {error.value}")
