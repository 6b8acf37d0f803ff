"""Labels that are missing, that are scored, that have weights, and those that a fit gives its training rows."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from semisup import InputError, SemiSupervisedClassifier
from semisup.estimators.weights import label_weights
from tests.conftest import blobs
from tests.estimators.shared import SMALL, STAGE_TWO, few_labels, of


def test_what_marks_a_missing_label_does_not_matter(fitted):
    X, y = few_labels()
    expected = of(fitted).fit(X, y)
    nullable = of(fitted).fit(X, pd.Series(y, dtype="Int64").where(y != -1))
    np.testing.assert_array_equal(nullable.predict_proba(X), expected.predict_proba(X))
    assert nullable.classes_.tolist() == [0, 1, 2]
    assert nullable.classes_.dtype.kind == "i"
    truth = of(fitted).fit(X, np.where(y == -1, None, y == 0))
    assert truth.classes_.dtype == bool
    assert (truth.predict(X) == (blobs(150)[1] == 0)).mean() > 0.9


def test_unlabelled_rows_are_never_scored(fitted):
    X, y = few_labels()
    model = of(fitted).fit(X, y)
    right = model.predict(X) == y
    assert model.score(X, y) == right[:30].mean()
    weights = np.arange(150)
    assert model.score(X, y, weights) == pytest.approx((weights * right)[:30].sum() / weights[:30].sum())
    with pytest.raises(InputError, match="expected a labelled row to score, found none among 120"):
        model.score(X[30:], y[30:])


def test_a_grid_search_with_its_defaults_gives_the_accuracy_on_labelled_rows(fitted):
    X, y = few_labels()
    search = GridSearchCV(of(fitted), {"neighbours": [10]}, cv=2, refit=False, error_score="raise").fit(X, y)
    accuracies = []
    for train, test in StratifiedKFold(2).split(X, y):
        test = test[y[test] != -1]
        accuracies.append(accuracy_score(y[test], of(fitted).fit(X[train], y[train]).predict(X[test])))
    assert search.best_score_ == np.mean(accuracies) > 0.8


def test_training_rows_get_labels_and_distributions(fitted):
    X, y = few_labels()
    y = np.where(y == -1, -1, 10 * y)
    model = of(fitted).fit(X, y)
    assert model.label_distributions_.shape == (150, 3)
    np.testing.assert_allclose(model.label_distributions_.sum(axis=1), 1)
    np.testing.assert_array_equal(model.label_distributions_[:30], np.eye(3)[y[:30] // 10])
    np.testing.assert_array_equal(model.transduction_, 10 * model.label_distributions_.argmax(axis=1))
    np.testing.assert_array_equal(model.transduction_[:30], y[:30])
    assert (model.transduction_ == 10 * blobs(150)[1]).mean() > 0.95


def test_weights_multiply_and_have_a_mean_of_1():
    classes, ones = np.array(["a", "a", "a", "b"]), np.ones(4)
    for class_weight, sample_weight, expected in (
        (None, 7 * ones, [1, 1, 1, 1]),
        ("balanced", ones, [2 / 3, 2 / 3, 2 / 3, 2]),
        ({"b": 5}, ones, [0.5, 0.5, 0.5, 2.5]),
        ({"b": 2}, np.array([1, 2, 3, 1]), [0.5, 1, 1.5, 1]),
    ):
        np.testing.assert_allclose(label_weights("supervised", sample_weight, classes, class_weight), expected)
    for class_weight in ({"a": -1}, {"a": 0, "b": 0}, {"a": float("nan")}):
        with pytest.raises(InputError, match="class_weight: expected weights from 0 up"):
            label_weights("supervised", ones, classes, class_weight)


def test_a_method_that_cannot_weight_labels_refuses_weights(fitted):
    X, y = few_labels()
    able = r"graph cannot weight labels \(these methods can: supervised, joint, ladder\)"
    with pytest.raises(InputError, match=f"sample_weight: expected None, {able}"):
        of(fitted).fit(X, y, sample_weight=np.arange(1, 151))
    with pytest.raises(InputError, match=f"class_weight: expected None, {able}"):
        of(fitted, class_weight="balanced").fit(X, y)
    with pytest.raises(ValueError, match="Negative values in data passed to `sample_weight`"):
        of(fitted).fit(X, y, sample_weight=-np.ones(150))


def test_a_weight_of_0_takes_the_label_away(fitted):
    X, y = few_labels()
    some = of(fitted).fit(X, y, sample_weight=np.where(y == 2, 0, 3))
    assert some.classes_.tolist() == [0, 1]
    expected = of(fitted).fit(X, np.where(y == 2, -1, y))
    np.testing.assert_array_equal(some.predict_proba(X), expected.predict_proba(X))


@pytest.mark.slow
@pytest.mark.parametrize("method", ["supervised", "joint", "ladder"])
def test_where_classes_overlap_the_heavier_one_is_predicted(fitted, method):
    rng = np.random.default_rng(0)
    X, y = few_labels(90, 90)
    y = rng.integers(0, 2, 90)  # nothing can be learned
    encoder = {"encoder": "frozen"} if method == "supervised" else {}
    options = STAGE_TWO | {"method": method, "random_state": 0, "steps": 40} | encoder
    for heavy in (0, 1):
        model = SemiSupervisedClassifier(fitted.__class__(**SMALL), **options, class_weight={heavy: 50}).fit(X, y)
        assert (model.predict(X) == heavy).mean() > 0.9
        weighted = SemiSupervisedClassifier(fitted.__class__(**SMALL), **options)
        weighted.fit(X, y, sample_weight=np.where(y == heavy, 50, 1))
        np.testing.assert_allclose(weighted.predict_proba(X), model.predict_proba(X), atol=1e-6)
