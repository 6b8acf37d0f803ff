import dataclasses

import keras
import numpy as np
import pytest

from semisup import networks
from semisup.commands.evaluate import evaluate
from semisup.data.dataset import Arrays, build
from semisup.errors import InputError
from semisup.runs.find import StoredRun
from semisup.settings import EvaluateSettings
from semisup.tasks import manifold
from semisup.tasks.task import EvaluatedRun
from tests.conftest import blobs
from tests.tasks.test_interpolation import circle, on_circle


def scored(encoder, decoder, dataset):
    return EvaluatedRun(StoredRun("abc", {"stage": "pretrain"}, dataset.scaling), dataset, encoder, decoder)


def arcs(labelled=True):
    """Classes that lie one after the other on half a circle."""
    angles = np.random.default_rng(0).uniform(0, np.pi, 400)
    y = (angles // (np.pi / 3)).astype(int) if labelled else np.full(400, -1)
    x = on_circle(angles)
    return build("arcs", Arrays(x[:300], y[:300], x[300:], y[300:]))


def untrained(shape, code_size, rows=30, labelled=True):
    (x, y), (x_test, y_test) = blobs(rows, shape=shape), blobs(rows // 3, shape=shape, seed=1)
    dataset = build("blobs", Arrays(x, y if labelled else np.full(rows, -1), x_test, y_test))
    keras.utils.set_random_seed(0)
    network = "convolutional" if len(shape) == 3 else "dense"
    return scored(*networks.build(network, shape, [4], code_size), dataset)


def test_a_code_that_follows_the_data_beats_pixels_on_both_scores_and_has_one_dimension(in_trained):
    dataset = arcs()
    found = manifold.score(scored(*circle(), dataset), 0).metrics
    assert found["test_distance_code_minus_pixels_high"] < 0 < found["test_confidence_code_minus_pixels_low"]
    assert found["test_distance_code_minus_pixels"] == pytest.approx(
        found["test_distance_code"] - found["test_distance_pixels"]
    )
    assert found["test_distance_inputs"] == pytest.approx(1)
    assert found["dimension_codes_maximum_likelihood"] == pytest.approx(1, abs=0.15)
    assert found["dimension_inputs_two_nn"] == pytest.approx(1, abs=0.25)


def test_a_code_that_is_the_input_is_no_better_than_pixels():
    point = keras.Input((2,))
    same = keras.Model(point, point * 1.0)
    found = manifold.score(scored(same, same, arcs()), 0).metrics
    for measure in ("confidence", "distance"):
        for other in ("pixels", "reconstructions"):
            assert found[f"test_{measure}_code_minus_{other}"] == pytest.approx(0, abs=1e-6)


def test_without_labels_there_is_no_classifier():
    found = manifold.score(scored(*circle(), arcs(labelled=False)), 0).metrics
    assert "test_distance_code" in found
    assert not [name for name in found if "confidence" in name or "classifier" in name]


def test_a_traversal_goes_through_the_percentiles_of_each_number_that_varies(monkeypatch):
    drawn = []
    monkeypatch.setattr(manifold.plots, "grid_of_inputs", lambda items, *names: drawn.append((items, *names)))
    vector = keras.Input((3,))
    identity = keras.Model(vector, vector * 1.0)
    x = np.random.default_rng(0).uniform(size=(501, 3)) * [0.1, 1, 0.5]
    dataset = build("box", Arrays(x, np.arange(501) % 2, x[:9], np.arange(9) % 2))
    dataset = dataclasses.replace(dataset, x_train=x.astype(np.float32))
    manifold._traversals(scored(identity, identity, dataset))
    items, rows, columns = drawn[0]
    assert rows == ["code 2", "code 3", "code 1"]
    assert (columns[0], columns[-1]) == ("2 %", "98 %")
    np.testing.assert_allclose(items[0, :, 1], np.percentile(x[:, 1], manifold.PERCENTILES), rtol=1e-5)
    assert np.ptp(items[0][:, [0, 2]], axis=0).max() == 0
    assert (np.abs(items[0, 0, [0, 2]] - np.median(x, axis=0)[[0, 2]]) < 0.15).all()


@pytest.mark.parametrize(("shape", "code_size"), [((5,), 1), ((6,), 2), ((8, 8, 3), 2)])
def test_little_data_of_any_shape(shape, code_size):
    score = manifold.score(untrained(shape, code_size), 0)
    assert np.isfinite(list(score.metrics.values())).all()
    assert ("map.png" in score.figures) == (code_size == 2)


def test_a_code_that_is_dead_is_drawn_too():
    given = untrained((6,), 2)
    given.train_codes = np.zeros_like(given.train_codes)
    score = manifold.score(given, 0)
    assert "map.png" in score.figures
    assert not [name for name in score.metrics if name.startswith("dimension_codes")]


def test_what_is_refused():
    given = untrained((6,), 2, rows=3, labelled=False)
    with pytest.raises(InputError, match="expects at least two test inputs, found one"):
        manifold.score(given, 0)
    given.decoder = None
    with pytest.raises(InputError, match="manifold expects a stage-one run, found abc, which has no decoder"):
        manifold.score(given, 0)


@pytest.mark.slow
def test_the_small_run_is_scored_the_same_twice(in_trained):
    found, again = (evaluate(EvaluateSettings(task="manifold", run=in_trained.run_id, seed=3)) for _ in range(2))
    assert found.score.metrics == again.score.metrics
    assert found.score.metrics["test_classifier_accuracy"] > 0.9
    assert set(found.score.figures) == {"paths.png", "path_scores.png", "traversals.png", "codes.png"}
    assert set(found.score.tables["paths.csv"]["path"]) == {"code", "pixels", "reconstructions"}
