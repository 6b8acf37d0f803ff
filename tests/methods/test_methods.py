"""The contract of `semisup.methods.method`, for every method with every encoder mode that it takes."""

import dataclasses
from importlib import import_module
from pathlib import Path

import keras
import numpy as np
import pytest

from semisup import methods, networks
from semisup.data.dataset import Arrays, build
from semisup.methods import prepare
from semisup.methods.pretrained import Pretrained
from semisup.networks import test_time_shifts, weights_digest
from semisup.settings import FinetuneSettings
from semisup.settings.methods import METHODS, used_by
from semisup.settings.options import names
from tests.conftest import blobs

EVERY = [(method, mode) for method, spec in METHODS.items() for mode in spec.encoders]
TRAINED = [(method, mode) for method, mode in EVERY if METHODS[method].steps]
TRAINED = [(method, mode) for method, mode in TRAINED if method == "supervised" or mode == "scratch"]
IN_THE_FAST_SUITE = [  # the others differ from these in one way only
    *((("supervised", mode)) for mode in METHODS["supervised"].encoders),
    *((method, spec.encoders[0]) for method, spec in METHODS.items() if method != "supervised"),
]


def slow_but(fast, cases):
    """The cases, those that are not among the fast ones marked as slow."""
    wrapped = [case if isinstance(case, tuple) else (case,) for case in cases]
    slow = pytest.mark.slow
    return [pytest.param(*w, marks=[] if c in fast else [slow]) for c, w in zip(cases, wrapped, strict=True)]


@pytest.fixture(scope="module")
def dataset():
    x, y = blobs(150)
    x_test, y_test = blobs(90, seed=2)
    return build("blobs", Arrays(x, y, x_test, y_test))


@pytest.fixture(scope="module")
def stage_one(dataset):
    keras.utils.set_random_seed(5)
    return Pretrained(*networks.build("dense", (6,), [8], 4), dataset)


def recipe(method, mode, **changes):
    small = {"head_widths": [16], "noise": 0.0, "dropout": 0.1, "steps": 80, "learning_rate": 1e-2, "rounds": 2}
    options = {name: value for name, value in (small | changes).items() if name in names(*used_by(method, mode))}
    return FinetuneSettings(method=method, encoder=mode, **options).recipe


def test_every_method_is_offered_and_nothing_else():
    types = {option.name: option.type for option in dataclasses.fields(FinetuneSettings)}
    assert types["method"].__args__ == tuple(METHODS)
    files = [path.stem for path in Path(methods.__file__).parent.glob("*.py") if not path.stem.startswith("_")]
    modules = [import_module(f"semisup.methods.{name}") for name in files]
    assert {module.__name__.split(".")[-1] for module in modules if hasattr(module, "METHOD")} == set(METHODS)


@pytest.mark.parametrize(("method", "mode"), slow_but(IN_THE_FAST_SUITE, EVERY))
def test_it_learns_and_the_classifier_is_what_was_scored(stage_one, dataset, method, mode):
    """And no label is read but those that are given."""
    before = weights_digest(stage_one.encoder), weights_digest(stage_one.decoder)
    hidden = dataclasses.replace(dataset, y_train=np.full(150, -1), y_test=np.full(90, -1))
    trained = prepare(stage_one, hidden, recipe(method, mode, steps=120))
    inputs = trained.inputs(dataset.x_test)
    steps = []
    trained.fit(np.arange(30), dataset.y_train[:30], 0, 0, lambda count, loss: steps.append(count))
    probabilities = trained.predict(inputs)
    assert (probabilities.argmax(axis=1) == dataset.y_test).mean() > 0.8  # chance: a third
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(networks.predict(trained.classifier, dataset.x_test), probabilities, atol=1e-4)
    assert sum(steps) == trained.total_steps(30)
    assert before == (weights_digest(stage_one.encoder), weights_digest(stage_one.decoder))
    assert (weights_digest(trained.encoder) == before[0]) == (mode == "frozen")
    assert (trained.decoder is None) == (mode == "scratch" and method != "joint")


@pytest.mark.slow
@pytest.mark.parametrize(("method", "mode"), TRAINED)
def test_a_fit_depends_on_its_seeds_and_not_on_the_fits_before(stage_one, dataset, method, mode):
    y = dataset.y_train
    first, second = (prepare(stage_one, dataset, recipe(method, mode, steps=20)) for _ in range(2))
    inputs, rows = first.inputs(dataset.x_test), np.arange(40)
    first.fit(rows, y[rows], 3, 4)
    expected = first.predict(inputs)
    second.fit(rows[:7], y[:7], 1, 2)
    second.fit(rows, y[rows], 3, 4)
    np.testing.assert_array_equal(second.predict(inputs), expected)
    second.fit(rows, y[rows], 3, 5)
    assert (second.predict(inputs) != expected).any(), "the order of the data matters"
    second.fit(rows, y[rows], 4, 4)
    assert (second.predict(inputs) != expected).any(), "the initialisation matters"


@pytest.mark.parametrize("method", slow_but(["supervised", "graph"], list(METHODS)))
def test_one_label_a_class_is_enough(stage_one, dataset, method):
    trained = prepare(stage_one, dataset, recipe(method, None))
    trained.fit(np.arange(3), dataset.y_train[:3], 0, 0)
    assert (trained.predict(trained.inputs(dataset.x_test)).argmax(axis=1) == dataset.y_test).mean() > 0.6


@pytest.mark.parametrize("method", slow_but(["supervised", "graph"], list(METHODS)))
def test_duplicates_and_a_class_missing_from_the_unlabelled_rows_work(stage_one, method):
    x, y = blobs(90)
    x, y = np.concatenate([x[y < 2], x[y < 2][:20], x[y == 2][:1]]), np.concatenate([y[y < 2], y[y < 2][:20], [2]])
    few = build("few", Arrays(x, y, *blobs(30, seed=2)))
    of_few = Pretrained(stage_one.encoder, stage_one.decoder, few)
    trained = prepare(of_few, few, recipe(method, None, size_tolerance=0.9))
    rows = np.array([0, 1, len(x) - 1])
    trained.fit(rows, y[rows], 0, 0)
    assert np.isfinite(trained.predict(trained.inputs(few.x_test))).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "kinds"),
    [("supervised", ["affine"]), ("consistency", ["affine", "contrast"])],
)
def test_augmentation_changes_training_on_images(method, kinds):
    images = build("images", Arrays(*blobs(30, shape=(8, 8, 1)), *blobs(12, shape=(8, 8, 1), seed=1)))
    stage_one = Pretrained(*networks.build("convolutional", (8, 8, 1), [4], 3), images)
    found = []
    for augment in ([], kinds):
        trained = prepare(stage_one, images, recipe(method, "finetuned", steps=10, augment=augment))
        trained.fit(np.arange(12), images.y_train[:12], 0, 0)
        found.append(trained.predict(images.x_test))
    assert (found[0] != found[1]).any()


@pytest.mark.slow
@pytest.mark.parametrize("method", ["supervised", "joint", "self_training", "consistency"])
def test_predictions_can_be_the_mean_over_shifted_images_of_what_the_same_training_gives(method):
    images = build("images", Arrays(*blobs(30, shape=(8, 8, 1)), *blobs(12, shape=(8, 8, 1), seed=1)))
    stage_one = Pretrained(*networks.build("convolutional", (8, 8, 1), [4], 3), images)
    found = []
    for average in (False, True):
        chosen = recipe(method, "finetuned", steps=10, rounds=1, average_shifts=average)
        trained = prepare(stage_one, images, chosen)
        trained.fit(np.arange(12), images.y_train[:12], 0, 0)
        found.append(trained.predict(trained.inputs(images.x_test)))
        if not average:
            wanted = networks.predict(test_time_shifts.averaged(trained.classifier), images.x_test)
    np.testing.assert_allclose(found[1], wanted, atol=1e-5)
    np.testing.assert_allclose(found[1], networks.predict(trained.classifier, images.x_test), atol=1e-6)
    assert np.abs(found[0] - found[1]).max() > 1e-4


@pytest.mark.slow
def test_a_scratch_encoder_can_be_another_network():
    images = build("images", Arrays(*blobs(60, shape=(8, 8, 1)), *blobs(12, shape=(8, 8, 1), seed=1)))
    stage_one = Pretrained(*networks.build("dense", (8, 8, 1), [8], 4), images)
    new = {"network": "convolutional", "widths": [4], "code_size": 7}
    chosen = recipe("self_training", "scratch", augment=["affine"], **new)
    trained = prepare(stage_one, images, chosen)
    trained.fit(np.arange(12), images.y_train[:12], 0, 0)
    assert trained.encoder.output_shape == (None, 7)
    assert any(isinstance(layer, keras.layers.Conv2D) for layer in trained.encoder.layers)
    assert (trained.predict(images.x_test).argmax(axis=1) == images.y_test).mean() > 0.6
