import dataclasses

import numpy as np
import pytest

from semisup.commands.evaluate import evaluate
from semisup.data.dataset import Arrays, build
from semisup.errors import InputError
from semisup.objectives import autoencoder
from semisup.runs.find import StoredRun
from semisup.settings import EvaluateSettings, PretrainSettings
from semisup.settings.tasks import DrawOptions, SizeOptions
from semisup.tasks import code_size
from semisup.tasks.task import EvaluatedRun
from tests.conftest import blobs

LINEAR = PretrainSettings(network="linear", epochs=60, batch_size=32, learning_rate=0.1)
TWO = DrawOptions(draws=2)


def in_a_subspace(dimension=3, rows=300):
    """Inputs of 12 features, as wide in each of so many directions, and classes by the first of them."""
    rng = np.random.default_rng(0)
    points = rng.uniform(-1, 1, (rows, dimension))
    basis = np.linalg.qr(rng.normal(size=(12, dimension)))[0]
    x = (points @ basis.T / 2 + 0.5).astype(np.float32)
    return build("subspace", Arrays(x[:240], (points[:240, 0] > 0) * 1, x[240:], (points[240:, 0] > 0) * 1))


def scored(dataset):
    return EvaluatedRun(StoredRun("abc", {"stage": "pretrain"}, dataset.scaling), dataset, None, None)


def untrained(settings, x, report=None):
    return autoencoder.build(settings, x.shape[1:])


@pytest.fixture
def undrawn(monkeypatch):
    monkeypatch.setattr(code_size.code_size_plots, "against_size", lambda *_: None)


@pytest.fixture
def settings_of_run(monkeypatch):
    """Sets the settings that the run is said to have."""
    return lambda settings: monkeypatch.setattr(code_size.read, "read_settings", lambda run_id: settings)


def test_the_smallest_size_that_explains_enough_is_recommended():
    sizes, errors = np.array([1, 2, 4, 8]), np.array([0.6, 0.2, 0.12, 0.1])
    assert code_size.recommended(sizes, errors, 1.0) == 4  # 0.88 of at most 0.9
    assert code_size.recommended(sizes, errors, 1.0, 0.85) == 2
    assert code_size.recommended(sizes, errors, 1.0, 1.0) == 8
    assert code_size.recommended(sizes, errors, 0.15) == 8  # the error of 4 is nearly that of the mean
    assert code_size.recommended(sizes, errors, 0.05) == 8  # none is better than the mean
    assert code_size.recommended(sizes, np.array([0.6, 0.1, 0.1, 0.3]), 1.0) == 2


def test_default_sizes_are_powers_of_2_below_the_number_of_features():
    assert code_size.default_sizes(64) == [2, 4, 8, 16, 32]
    assert code_size.default_sizes(65)[-1] == 64
    assert code_size.default_sizes(10**4)[-1] == 256
    assert code_size.default_sizes(2) == [1]


@pytest.mark.slow
def test_as_many_numbers_are_recommended_as_the_data_have(settings_of_run, undrawn):
    settings_of_run(LINEAR)
    found = code_size.score(scored(in_a_subspace()), 0, SizeOptions(sizes=[1, 3, 5]), TWO).metrics
    assert found["recommended"] == 3
    assert abs(found["dimension"] - 3) < 0.6
    # a linear network does what PCA does, in a direction that is as good
    assert found["held_out_mse_1"] == pytest.approx(found["pca_held_out_mse_1"], rel=0.3)
    assert found["held_out_mse_3"] < 0.01 * found["held_out_mse_1"]
    assert found["test_linear_all_3"] > 0.9 > found["test_linear_all_1"]


def test_neither_labels_nor_the_test_set_change_the_recommendation(settings_of_run, undrawn, monkeypatch):
    settings_of_run(PretrainSettings(widths=[8], epochs=100))
    monkeypatch.setattr(autoencoder, "trained", untrained)
    dataset, sizes = in_a_subspace(), SizeOptions(sizes=[1, 4])
    noise = np.random.default_rng(7).uniform(size=dataset.x_test.shape).astype(np.float32)
    others = [
        dataclasses.replace(dataset, x_test=noise),
        dataclasses.replace(dataset, y_train=np.full(240, -1), class_names=[]),
    ]
    found, *changed = (code_size.score(scored(of), 0, sizes, TWO).metrics for of in (dataset, *others))
    for other in changed:
        for name, value in found.items():
            if name.startswith("recommended") or "held_out" in name:
                assert other[name] == value
    assert found["test_mse_4"] != changed[0]["test_mse_4"]
    assert "test_linear_100_1" in found
    assert not [name for name in changed[1] if "linear" in name]


def test_a_fifth_of_the_training_inputs_is_held_out_by_the_seed(settings_of_run, undrawn, monkeypatch):
    settings_of_run(PretrainSettings(widths=[8], epochs=100, init_seed=5))
    dataset, seen = in_a_subspace(), []

    def spy(settings, x, report):
        seen.append((settings, x))
        return untrained(settings, x)

    monkeypatch.setattr(autoencoder, "trained", spy)
    for seed in (0, 1):
        code_size.score(scored(dataset), seed, SizeOptions(sizes=[2, 3]), TWO)
    assert [(of.code_size, of.init_seed) for of, _ in seen] == [(2, 0), (3, 0), (2, 1), (3, 1)]
    rows = [{row.tobytes() for row in x} for _, x in seen]
    assert len(rows[0]) == 192
    assert rows[0] == rows[1] != rows[2] == rows[3]
    assert rows[0] < {row.tobytes() for row in dataset.x_train}


def test_little_data_of_colour_images_and_a_code_larger_than_the_input(settings_of_run, monkeypatch):
    settings_of_run(PretrainSettings(network="convolutional", widths=[4], epochs=100))
    monkeypatch.setattr(autoencoder, "trained", untrained)
    (x, y), (x_test, y_test) = blobs(30, shape=(4, 4, 3)), blobs(9, shape=(4, 4, 3), seed=1)
    dataset = build("blobs", Arrays(x, y, x_test, y_test))
    score = code_size.score(scored(dataset), 0, SizeOptions(sizes=[2, 50]), TWO)
    assert np.isfinite(list(score.metrics.values())).all()
    assert "pca_test_mse_2" in score.metrics
    assert "pca_test_mse_50" not in score.metrics
    few = build("few", Arrays(x[:4], y[:4] % 2, x_test, y_test % 2))
    with pytest.raises(InputError, match="expects at least five training inputs, found 4 in few"):
        code_size.score(scored(few), 0, SizeOptions(), DrawOptions())


@pytest.mark.slow
def test_the_small_run_is_swept_the_same_twice(in_trained):
    settings = EvaluateSettings(task="code_size", run=in_trained.run_id, sizes=[2, 1], draws=2)
    found, again = (evaluate(of).score for of in (settings, dataclasses.replace(settings, sizes=[2])))
    of_2 = {name: value for name, value in again.metrics.items() if "_2" in name}
    assert "test_mse_2" in of_2
    assert {name: found.metrics[name] for name in of_2} == of_2
    assert found.metrics["held_out_mse_2"] < found.metrics["held_out_mse_1"]
    assert found.metrics["test_nearest_neighbour_all_2"] > 0.8
    assert list(found.tables["code_size.csv"]["size"].unique()) == [1, 2]
    assert "recommended size of code: 2" in found.summary[0]
