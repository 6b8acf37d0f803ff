import copy
import dataclasses
import os
import pickle
import random
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import semisup
from semisup import AutoencoderTransformer, InputError, SemiSupervisedClassifier, networks
from semisup.data.dataset import UNLABELLED, Arrays, build
from semisup.estimators.packing import packed, unpacked
from semisup.methods import prepare
from semisup.objectives import OBJECTIVES
from semisup.settings import FinetuneSettings, PretrainSettings
from semisup.settings.finetune import METHOD_ENCODERS
from semisup.stage_one import StageOne
from tests.conftest import blobs

SMALL = {"widths": (8,), "code_size": 4, "epochs": 10, "batch_size": 16, "random_state": 0}
STAGE_TWO = {"head_widths": (16,), "noise": 0.0, "dropout": 0.1, "steps": 80, "rounds": 2, "learning_rate": 1e-2}


def few_labels(rows=150, labels=30, **options):
    x, y = blobs(rows, **options)
    y[labels:] = UNLABELLED
    return 10 * x - 3, y


@pytest.fixture(scope="module")
def fitted():
    """A stage one on the blobs, which no test changes."""
    return AutoencoderTransformer(**SMALL).fit(few_labels()[0])


def of(fitted, **options):
    options = {"method": "graph", "random_state": 0} | options
    return SemiSupervisedClassifier(FrozenEstimator(fitted), **options)


@pytest.mark.parametrize(
    ("estimator", "settings", "own"),
    [
        (AutoencoderTransformer, PretrainSettings, {"input_shape", "random_state"}),
        (SemiSupervisedClassifier, FinetuneSettings, {"autoencoder", "random_state"}),
    ],
)
def test_the_parameters_are_the_commands_options_with_their_defaults(estimator, settings, own):
    other = {"data", "data_dir", "run", "init_seed", "order_seed", "labels", "draw", "conditional", "train"}
    other |= {option.name for option in dataclasses.fields(semisup.settings.pretrain.TableSettings)}
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
    method = prepare(StageOne(fitted.encoder_, fitted.decoder_, data), data, FinetuneSettings(method=method, **options))
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


def test_a_fit_depends_on_its_random_state_and_leaves_the_global_ones_alone():
    X, y = few_labels(60)
    model = SemiSupervisedClassifier(AutoencoderTransformer(network="linear", epochs=1), method="graph")
    random.seed(5)
    np.random.seed(5)  # noqa: NPY002
    before = random.getstate(), np.random.get_state()[1].copy()  # noqa: NPY002
    first = clone(model).set_params(random_state=3).fit(X, y)
    first.predict(X)
    pickle.loads(pickle.dumps(first))
    assert random.getstate() == before[0]
    np.testing.assert_array_equal(np.random.get_state()[1], before[1])  # noqa: NPY002
    again = clone(model).set_params(random_state=3).fit(X, y)
    np.testing.assert_array_equal(first.transform(X), again.transform(X))
    np.testing.assert_array_equal(first.predict_proba(X), again.predict_proba(X))
    state = np.random.RandomState(0)
    other = [clone(model).set_params(random_state=state).fit(X, y).transform(X) for _ in range(2)]
    assert (other[0] != other[1]).any(), "a state goes on from fit to fit"
    with pytest.raises(InputError, match="random_state: expected a seed"):
        AutoencoderTransformer(random_state=-1).fit(X)


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
        ({"method": "supervised", "augment": ("affine",)}, "affine expects images"),
        ({"neighbours": 0}, "neighbours: expected a whole number"),
        ({"autoencoder": StandardScaler()}, "expected an AutoencoderTransformer"),
        ({"class_sizes": (0.5, 0.5)}, "class_sizes: expected one share for each of the 3 classes"),
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
def test_a_pickle_gives_the_same_in_a_fresh_process_without_mlflow(fitted, tmp_path):
    X, y = few_labels()
    model = of(fitted).fit(X, y)
    (tmp_path / "model.pickle").write_bytes(pickle.dumps(model))
    np.save(tmp_path / "X.npy", X)
    script = (
        "import pickle, sys; import semisup\n"
        "heavy = {'tensorflow', 'keras', 'sklearn', 'mlflow', 'pandas'}\n"
        "assert not heavy & set(sys.modules)\n"
        "import numpy as np\n"
        "model = pickle.load(open('model.pickle', 'rb'))\n"
        "assert 'mlflow' not in sys.modules\n"
        "X = np.load('X.npy'); np.savez('found.npz', p=model.predict_proba(X), c=model.transform(X))\n"
    )
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    with np.load(tmp_path / "found.npz") as found:
        np.testing.assert_allclose(found["p"], model.predict_proba(X), rtol=1e-12)
        np.testing.assert_allclose(found["c"], model.transform(X), rtol=1e-12)


def test_copies_are_their_own(fitted):
    X, y = few_labels()
    model = of(fitted).fit(X, y)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert twin.classifier_ is not model.classifier_
        np.testing.assert_array_equal(twin.predict_proba(X), model.predict_proba(X))
        np.testing.assert_array_equal(twin.transform(X), model.transform(X))


def test_a_pickle_holds_nothing_of_keras_and_no_lambda_is_read_back(fitted):
    content = pickle.dumps(fitted)
    assert b"keras.src.models" not in content.split(b'{"module"')[0]
    assert b"_unpickle_model" not in content
    inputs = keras.Input((3,))
    risky = keras.Model(inputs, keras.layers.Lambda(lambda x: x + 1)(inputs))
    with pytest.raises(ValueError, match="Lambda|lambda"):
        unpacked(packed(risky))


def test_a_pipeline_is_searched_over_objective_code_and_method():
    X, y = few_labels(60, 60)
    stage_one = AutoencoderTransformer(**SMALL | {"epochs": 5, "strength": 0.1, "random_state": None})
    classifier = SemiSupervisedClassifier(stage_one, **STAGE_TWO | {"steps": 2}, random_state=0)
    name = "semisupervisedclassifier"
    good = {f"{name}__method": ["graph"], f"{name}__autoencoder__code_size": np.array([6])}
    bad = {f"{name}__autoencoder__objective": ["denoising"], f"{name}__encoder": ["frozen"]}  # two steps teach nothing
    pipeline = make_pipeline(StandardScaler(), classifier)
    once = [(np.arange(40), np.arange(40, 60))]
    search = GridSearchCV(pipeline, [good, bad], cv=once, refit=False, error_score="raise").fit(X, y)
    assert search.best_params_ == {f"{name}__method": "graph", f"{name}__autoencoder__code_size": 6}
    assert search.best_score_ > 0.8


@pytest.mark.slow
def test_a_grid_is_searched_in_processes_as_in_one():
    X, y = few_labels(60, 60)
    model = SemiSupervisedClassifier(AutoencoderTransformer(**SMALL), method="graph")
    grid = {"autoencoder__code_size": [1, 4]}
    one, two = (GridSearchCV(model, grid, cv=2, n_jobs=jobs, error_score="raise").fit(X, y) for jobs in (1, 2))
    np.testing.assert_array_equal(one.cv_results_["mean_test_score"], two.cv_results_["mean_test_score"])
    np.testing.assert_array_equal(one.predict_proba(X), two.predict_proba(X))


def test_scores_are_cross_validated(fitted):
    X, y = few_labels(60, 60)
    assert cross_val_score(of(fitted), X, y, cv=2, error_score="raise").min() > 0.8  # chance: a third
    linear = AutoencoderTransformer(network="linear", epochs=1, random_state=0)
    assert (cross_val_score(linear, X, cv=2, error_score="raise") < 0).all()


@pytest.mark.slow
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_trains(objective):
    X, _ = few_labels()
    transformer = AutoencoderTransformer(**SMALL, objective=objective).fit(X)
    assert np.isfinite(transformer.transform(X)).all()
    assert np.isfinite(transformer.inverse_transform(transformer.transform(X))).all()


@pytest.mark.slow
@pytest.mark.parametrize(("method", "mode"), [(m, mode) for m, modes in METHOD_ENCODERS.items() for mode in modes])
def test_every_method_learns_and_is_pickled(fitted, method, mode):
    X, y = few_labels()
    model = of(fitted, method=method, encoder=mode, **STAGE_TWO).fit(X, y)
    truth = blobs(150)[1]
    assert model.score(X, truth) > 0.8  # chance: a third
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict_proba(X), model.predict_proba(X))
