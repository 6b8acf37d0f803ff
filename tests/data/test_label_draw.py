import numpy as np
import pytest

from semisup.data.dataset import Arrays, Dataset, build
from semisup.data.label_draw import LabelPool, label_draw, resolve_budget, resolve_budgets, split_off
from semisup.errors import InputError
from tests.conftest import blobs


@pytest.fixture(scope="module")
def skewed() -> Dataset:
    """Classes of 600, 300, 90 and 10 rows, and 500 rows without a label."""
    y = np.repeat([0, 1, 2, 3, -1], [600, 300, 90, 10, 500])
    x = np.random.default_rng(0).uniform(size=(1500, 2))
    order = np.random.default_rng(1).permutation(1500)
    return build("skewed", Arrays(x[order], y[order], x[:4], np.arange(4)))


@pytest.mark.parametrize("budget", [4, 5, 17, 100, 1000])
def test_a_draw_has_the_exact_total_distinct_labelled_rows_and_every_class(skewed, budget):
    rows = label_draw(skewed, budget, seed=3)
    assert len(set(rows)) == budget
    assert set(skewed.y_train[rows]) == {0, 1, 2, 3}


def test_a_draw_keeps_the_class_frequencies(skewed):
    counts = np.bincount(skewed.y_train[label_draw(skewed, 200, seed=0)])
    assert np.abs(counts - [120, 60, 18, 2]).max() <= 1


@pytest.mark.parametrize("seed", range(5))
def test_draws_are_nested_across_budgets(skewed, seed):
    large = label_draw(skewed, 100, seed)
    for budget in (4, 10, 50):
        assert set(label_draw(skewed, budget, seed)) <= set(large)


def test_a_draw_is_a_function_of_its_seed(skewed):
    assert (label_draw(skewed, 50, 1) == label_draw(skewed, 50, 1)).all()
    assert set(label_draw(skewed, 50, 1)) != set(label_draw(skewed, 50, 2))


def test_every_row_of_a_class_is_as_likely_as_the_next(skewed):
    drawn = np.concatenate([label_draw(skewed, 4, seed) for seed in range(400)])
    rare = drawn[skewed.y_train[drawn] == 3]  # 400 draws of one of 10 rows
    counts = np.unique(rare, return_counts=True)[1]
    assert len(counts) == 10
    assert counts.min() > 15
    assert counts.max() < 75


def test_fractions_are_of_the_labelled_rows(skewed):
    assert resolve_budget(skewed, 0.05) == 50
    assert resolve_budget(skewed, 1.0) == resolve_budget(skewed, None) == 1000
    assert resolve_budget(skewed, 50) == 50


@pytest.mark.parametrize(
    ("labelled", "classes", "budgets"),
    [
        (1400, 10, [10, 50, 100, 200]),  # scikit-learn's digits
        (48, 2, [2, 12, 24, 48]),
        (4, 3, [3, 4]),
        (1000, 2, [50, 250, 500, 1000]),
        (1001, 2, [10, 50, 100, 200]),
        (480, 150, [150, 240, 480]),
        (4000, 150, [150, 750, 1500, 3000]),
    ],
)
def test_default_budgets_go_up_to_all_labels_or_stay_few(labelled, classes, budgets):
    assert resolve_budgets(LabelPool("", labelled, classes), None) == budgets


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (3, "expected at least 4, one for each class of skewed, found 3"),
        (0.001, "expected at least 4"),
        (1001, "expected at most 1000, the labelled rows of skewed, found 1001"),
    ],
)
def test_impossible_budgets_are_refused(skewed, labels, sentence):
    with pytest.raises(InputError, match=sentence):
        resolve_budget(skewed, labels)


def test_data_without_labels_has_no_draw():
    unlabelled = build("u", Arrays(np.random.default_rng(0).uniform(size=(30, 2)), np.full(30, -1)))
    with pytest.raises(InputError, match="u: no training row has a label"):
        resolve_budget(unlabelled, 10)


def test_labels_that_are_split_off_are_a_share_of_each_class_and_leave_one_to_train_on():
    dataset = build("blobs", Arrays(*blobs(120), *blobs(30, seed=1)))
    rows = label_draw(dataset, 30, 0)
    train, kept = split_off(dataset, rows, 0.2, 0)
    assert sorted([*train, *kept]) == sorted(rows)
    assert np.bincount(dataset.y_train[kept]).tolist() == [2, 2, 2]
    assert train.tolist() == [row for row in rows if row in train]
    assert split_off(dataset, rows, 0.99, 0)[0].size == 3
    assert split_off(dataset, rows, 0.0, 0)[1].size == 0
    with pytest.raises(InputError, match="calibrate: expected enough labels to keep 3 out of training"):
        split_off(dataset, label_draw(dataset, 4, 0), 0.5, 0)
