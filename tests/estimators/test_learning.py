import dataclasses
import pickle

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.preprocessing import StandardScaler

from semisup import AutoencoderTransformer, InputError, SemiSupervisedClassifier, networks
from semisup.data.dataset import Arrays, build
from semisup.methods import prepare
from semisup.methods.pretrained import Pretrained
from semisup.settings import FinetuneSettings, PretrainSettings
from semisup.settings.finetune import ServingOptions
from semisup.settings.methods import METHODS
from semisup.settings.objectives import OBJECTIVES
from semisup.settings.options import names
from semisup.settings.reader import ReaderOptions
from semisup.settings.sources import ImageOptions, StreamOptions, TableOptions
from tests.conftest import blobs
from tests.estimators.shared import SMALL, STAGE_TWO, few_labels, of


@pytest.mark.parametrize(
    ("estimator", "settings", "own"),
    [
        (AutoencoderTransformer, PretrainSettings, {"input_shape", "random_state"}),
        (SemiSupervisedClassifier, FinetuneSettings, {"autoencoder", "class_weight", "random_state"}),
    ],
)
def test_the_parameters_are_the_commands_options_with_their_defaults(estimator, settings, own):
    other = {"data", "data_dir", "run", "resume", "init_seed", "order_seed", "labels", "draw", "conditional", "train"}
    other |= {"head", "leaks", "threads", "graph_runs"}
    other |= set(names(TableOptions, ImageOptions, StreamOptions, ReaderOptions, ServingOptions))
    expected = {}
    for option in dataclasses.fields(settings):
        factory = option.default_factory
        expected[option.name] = option.default if factory is dataclasses.MISSING else tuple(factory())
    expected["encoder"] = None
    parameters = estimator().get_params(deep=False)
    assert set(parameters) - own == {option.name for option in dataclasses.fields(settings)} - other
    assert all(parameters[name] == expected[name] for name in set(parameters) - own)


def test_stage_one_is_what_pretrain_trains(in_trained):
    with np.load("blobs.npz") as arrays:
        x, x_test = arrays["x"], arrays["x_test"]
    settings = {"widths": (16,), "code_size": 4, "epochs": 20, "batch_size": 16, "random_state": 0}
    transformer = AutoencoderTransformer(**settings).fit(x)
    for ours, theirs in ((transformer.encoder_, in_trained.encoder), (transformer.decoder_, in_trained.decoder)):
        for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
    codes = networks.predict(in_trained.encoder, transformer.scaling_(x_test))
    np.testing.assert_allclose(transformer.transform(x_test), codes, atol=1e-5)


@pytest.mark.parametrize("method", ["graph", pytest.param("supervised", marks=pytest.mark.slow)])
def test_stage_two_is_what_the_method_trains(fitted, method):
    X, y = few_labels()
    classifier = of(fitted, method=method, **STAGE_TWO).fit(X, y)
    data = build("blobs", Arrays(X, blobs(150)[1], X[:3], np.arange(3)))
    options = {} if method == "graph" else STAGE_TWO | {"head_widths": [16]}
    options = {name: value for name, value in options.items() if name != "rounds"}
    pretrained = Pretrained(fitted.encoder_, fitted.decoder_, data)
    method = prepare(pretrained, data, FinetuneSettings(method=method, **options).recipe)
    method.fit(np.arange(30), y[:30], 0, 0)
    expected = method.predict(method.inputs(data.x_train))
    np.testing.assert_allclose(classifier.predict_proba(X), expected, atol=1e-4)


def test_codes_are_decoded_on_the_scale_of_the_inputs():
    line = np.linspace(-50, 250, 60)
    X = np.stack([line, 3 * line, np.full(60, 7.0)], axis=1)
    linear = AutoencoderTransformer(
        network="linear", learning_rate=0.02, code_size=2, epochs=100, batch_size=10, random_state=0
    )
    codes = linear.fit_transform(X)
    assert codes.shape == (60, 2)
    assert list(linear.get_feature_names_out()) == ["autoencodertransformer0", "autoencodertransformer1"]
    np.testing.assert_allclose(linear.inverse_transform(codes), X, atol=15)  # of columns 300 and 900 wide
    assert -1e-3 < linear.score(X) < 0
    assert linear.score(X) == pytest.approx(linear.score(X * 1.0)), "the scaling is that of the fit"
    with pytest.raises(InputError, match="codes of 2 numbers, found 3"):
        linear.inverse_transform(np.zeros((1, 3)))


def test_minus_one_is_unlabelled_beside_numbers_and_texts(fitted):
    X, y = few_labels()
    truth = blobs(150)[1]
    numbers = of(fitted).fit(X, y)
    assert list(numbers.classes_) == [0, 1, 2]
    assert (numbers.predict(X) == truth).mean() > 0.95
    names = np.array(["ant", "bee", "cat"], object)
    texts = of(fitted).fit(X, np.where(y == -1, -1, names[y]))
    assert list(texts.classes_) == ["ant", "bee", "cat"]
    np.testing.assert_array_equal(texts.predict(X), names[numbers.predict(X)])
    moved = of(fitted).fit(X, np.where(y == -1, -1, 10 - 4 * y))
    assert list(moved.classes_) == [2, 6, 10]
    np.testing.assert_array_equal(moved.predict_proba(X)[:, ::-1].argmax(axis=1), numbers.predict(X))
    assert of(fitted).fit(X, names[truth].astype(str)).score(X, names[truth].astype(str)) > 0.95, "all labelled"


def test_what_cannot_be_learned_from_is_refused(fitted):
    X, y = few_labels()
    for bad, sentence in (
        (np.full(150, -1), "at least 2 classes besides -1 .*, found 0 class"),
        (np.where(y == -1, -1, 1), "at least 2 classes besides -1 .*, found 1 class"),
        (np.where(y == -1, "-1", "a"), "dtype object"),
        (y + 0.5, "Unknown label type"),
    ):
        with pytest.raises(ValueError, match=sentence):
            of(fitted).fit(X, bad)
    for parameters, sentence in (
        ({"method": "magic"}, "method: expected one of supervised"),
        ({"method": ["graph"]}, "method: expected one of supervised"),
        ({"method": "supervised", "augment": ("affine",)}, "affine expects images"),
        ({"neighbours": 0}, "neighbours: expected a whole number"),
        ({"autoencoder": StandardScaler()}, "expected an AutoencoderTransformer"),
        ({"class_sizes": (0.5, 0.5)}, "class_sizes: expected one size for each of the 3 classes"),
    ):
        with pytest.raises(InputError, match=sentence):
            of(fitted).set_params(**parameters).fit(X, y)
    with pytest.raises(InputError, match="as the autoencoder"):
        of(fitted).fit(X[:, :5], y)
    for parameters, sentence in (
        ({"network": "convolutional"}, "network: the convolutional one expects images"),
        ({"input_shape": (2, 2)}, "input_shape: expected the shape of 6 features"),
        ({"input_shape": 6}, "input_shape: expected .height"),
        ({"epochs": 0}, "epochs: expected a whole number"),
    ):
        with pytest.raises(InputError, match=sentence):
            AutoencoderTransformer(**parameters).fit(X)
    with pytest.raises(NotFittedError):
        SemiSupervisedClassifier().predict(X)


def test_rows_are_images_where_the_parameters_say_so():
    x, y = blobs(60, shape=(8, 8, 1))
    X = (255 * x).astype(np.uint8).reshape(60, -1)
    parameters = SMALL | {"network": "convolutional", "widths": (4,), "epochs": np.int64(1), "input_shape": (8, 8)}
    model = SemiSupervisedClassifier(AutoencoderTransformer(**parameters), method="graph", random_state=0)
    model.fit(X, np.where(np.arange(60) < 12, y, -1))
    assert model.scaling_.rule == "x / 255"
    assert model.encoder_.input_shape == (None, 8, 8, 1)
    assert model.autoencoder_.inverse_transform(model.transform(X)).shape == X.shape
    assert (model.predict(X) == y).mean() > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_trains(objective):
    X, _ = few_labels()
    transformer = AutoencoderTransformer(**SMALL, objective=objective).fit(X)
    assert np.isfinite(transformer.transform(X)).all()
    assert np.isfinite(transformer.inverse_transform(transformer.transform(X))).all()


@pytest.mark.slow
@pytest.mark.parametrize(("method", "mode"), [(m, mode) for m, spec in METHODS.items() for mode in spec.encoders])
def test_every_method_learns_and_is_pickled(fitted, method, mode):
    X, y = few_labels()
    model = of(fitted, method=method, encoder=mode, **STAGE_TWO).fit(X, y)
    truth = blobs(150)[1]
    assert model.score(X, truth) > 0.8  # chance: a third
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict_proba(X), model.predict_proba(X))
