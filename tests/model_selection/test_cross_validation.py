"""Splits and scores, with a classifier of scikit-learn whose right scores are counted by hand."""

import doctest

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import GridSearchCV, GroupKFold, RepeatedStratifiedKFold, cross_val_score

from semisup import InputError
from semisup.model_selection import LabelledSplit, labelled_scorer, scorers, splitters

Y = np.array(["a", None, "b", "a", np.nan, "b", "a", "b", ""], object)
LABELLED = {0, 2, 3, 5, 6, 7}
X = np.arange(9.0)[:, None]


@pytest.mark.parametrize("y", [Y, Y.tolist(), pd.Series(Y, index=list("ihgfedcba"))])
def test_each_label_is_tested_once_and_unlabelled_rows_are_always_trained_on(y):
    tested = []
    for train, test in LabelledSplit(3).split(X, y):
        assert set(train) | set(test) == set(range(9))
        assert {1, 4, 8} <= set(train)
        assert sorted(Y[test]) == ["a", "b"], "stratified"
        assert (np.diff(train) > 0).all()
        tested += test.tolist()
    assert sorted(tested) == sorted(LABELLED)
    assert LabelledSplit(3).get_n_splits() == 3


def test_any_splitter_of_scikit_learn_splits_the_labelled_rows():
    groups = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])
    splits = list(LabelledSplit(GroupKFold(3)).split(X, Y, groups))
    assert sorted(map(sorted, (test.tolist() for _, test in splits))) == [[0, 2], [3, 5], [6, 7]]
    repeated = LabelledSplit(RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0))
    assert repeated.get_n_splits(X, Y) == len(list(repeated.split(X, Y))) == 6


def test_scores_are_of_labelled_rows_alone():
    always_a = DummyClassifier(strategy="constant", constant="a").fit(X, ["a"] * 9)
    assert labelled_scorer("accuracy")(always_a, X, Y) == 0.5
    assert labelled_scorer("accuracy")(always_a, X, Y, sample_weight=[3, 9, 1, 0, 9, 0, 0, 1, 9]) == 0.6
    numbers = np.array([0, 1, -1, 0, 1, -1, 0, -1, -1])
    always_0 = DummyClassifier(strategy="constant", constant=0)
    scores = cross_val_score(always_0, X, numbers, cv=2, scoring="accuracy")
    assert scores.mean() < 0.4, "scikit-learn's own counts unlabelled rows as errors"
    options = {"cv": LabelledSplit(2), "scoring": labelled_scorer("accuracy")}
    assert cross_val_score(always_0, X, numbers, **options).tolist() == [2 / 3, 0.5]
    search = GridSearchCV(DummyClassifier(strategy="constant"), {"constant": [0, 1]}, **options).fit(X, numbers)
    assert search.cv_results_["mean_test_score"].tolist() == [(2 / 3 + 1 / 2) / 2, (1 / 3 + 1 / 2) / 2]


def test_where_no_row_has_a_label_nothing_is_split_or_scored():
    classifier = DummyClassifier().fit(X, np.arange(9))
    with pytest.raises(InputError, match="y: expected a labelled row to score, found none among 9"):
        labelled_scorer("accuracy")(classifier, X, np.full(9, -1))
    with pytest.raises(InputError, match="y: expected a labelled row to test, found none among 9"):
        next(LabelledSplit().split(X, np.full(9, -1)))
    with pytest.raises(InputError, match="y: expected labels of some rows, found None"):
        next(LabelledSplit().split(X))
    with pytest.raises(ValueError, match="n_splits=7"):
        next(LabelledSplit(7).split(X, Y))


@pytest.mark.parametrize("module", [scorers, splitters])
def test_the_examples_give_what_they_say(module):
    failed, attempted = doctest.testmod(module)
    assert attempted
    assert not failed
