import copy
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
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from semisup import AutoencoderTransformer, InputError, SemiSupervisedClassifier
from semisup.estimators.packing import packed, unpacked
from tests.estimators.shared import SMALL, STAGE_TWO, few_labels, of


@pytest.mark.slow
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


@pytest.mark.slow
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
