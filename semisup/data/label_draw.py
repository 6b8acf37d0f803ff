"""Draw the training inputs that keep their label."""

from typing import NamedTuple

import numpy as np

from semisup.data.dataset import UNLABELLED, Dataset
from semisup.errors import InputError

FEW_LABELS = 1000  # up to so many labels, the largest default budget is all of them
LARGEST, LABELS_A_CLASS = 200, 20  # else it is 200, or 20 a class if that is more
SHARES = (0.05, 0.25, 0.5, 1.0)  # default budgets, as fractions of the largest


class LabelPool(NamedTuple):
    """The labelled training rows of a dataset that is not loaded: how many rows, and how many classes."""

    name: str
    labelled: int
    classes: int


def resolve_budget(dataset: Dataset | LabelPool, labels: int | float | None) -> int:
    """Turn a fraction of the labelled training rows into a count. A count is returned as it is; None means all.

    Raises:
        InputError: the training set has no labels, fewer than asked for, or the budget is below one a class.
    """
    available = dataset.labelled
    if available == 0:
        raise InputError(f"{dataset.name}: no training row has a label, expected some to train with")
    if labels is None:
        return available
    budget = round(labels * available) if isinstance(labels, float) else labels
    if budget > available:
        raise InputError(f"labels: expected at most {available}, the labelled rows of {dataset.name}, found {budget}")
    if budget < dataset.classes:
        raise InputError(
            f"labels: expected at least {dataset.classes}, one for each class of {dataset.name}, found {budget}"
        )
    return budget


def resolve_budgets(dataset: Dataset | LabelPool, asked_for: list[int | float] | None) -> list[int]:
    """Return label budgets in rising order: those asked for, or up to four that suit the labels there are.

    The largest default budget is all labels, if there are at most 1,000; else 200, or 20 a class if that is more. The
    others are a twentieth, a quarter and half of it, each at least one label a class.

    Raises:
        InputError: a budget cannot be drawn from the dataset.
    """
    if asked_for is not None:
        return sorted({resolve_budget(dataset, labels) for labels in asked_for})
    available = resolve_budget(dataset, None)
    few = available <= FEW_LABELS
    largest = available if few else min(available, max(LARGEST, LABELS_A_CLASS * dataset.classes))
    return sorted({max(dataset.classes, round(share * largest)) for share in SHARES})


def label_draw(dataset: Dataset, budget: int, seed: int) -> np.ndarray:
    """Draw the rows whose labels stage two may see.

    One row of every class comes first; then classes take turns in proportion to their frequency. For one seed, all
    draws are prefixes of the same sequence, so a larger budget contains every smaller one.

    Args:
        dataset: the rows are drawn from its labelled training rows, the pool.
        budget: how many rows, at least one a class and at most the pool.
        seed: seed of the draw.

    Returns:
        (budget,) int64, row numbers of `x_train`, in drawing order.
    """
    rng = np.random.default_rng(seed)
    pool = rng.permutation(np.flatnonzero(dataset.y_train != UNLABELLED))  # (pool,)
    labels = dataset.y_train[pool]
    turn = np.empty(len(pool))  # rows are drawn in the order of these numbers
    for c in range(dataset.classes):
        rows = np.flatnonzero(labels == c)
        turn[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
        turn[rows[0]] = -1.0
    return pool[np.argsort(turn, kind="stable")[:budget]]


def split_off(dataset: Dataset, rows: np.ndarray, fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Keep a fraction of the drawn labels of each class out of training.

    Of a class with two labels or more at least one is kept out, and at least one stays.

    Args:
        dataset: the dataset that the rows were drawn from.
        rows: (labels,) drawn rows.
        fraction: of each class to keep out, in [0, 1); 0 keeps out none.
        seed: seed of the choice.

    Returns:
        Rows to train on, in drawing order, and the rows kept out, sorted.

    Raises:
        InputError: fewer labels than classes can be kept out, since a class with one label keeps it.
    """
    if fraction == 0:
        return rows, rows[:0]
    rng = np.random.default_rng(seed)
    labels, kept = dataset.y_train[rows], []
    for c in range(dataset.classes):
        class_rows = rng.permutation(rows[labels == c])
        count = min(max(round(fraction * len(class_rows)), 1), len(class_rows) - 1)
        kept.extend(class_rows[:count])
    if len(kept) < dataset.classes:
        raise InputError(
            f"calibrate: expected enough labels to keep {dataset.classes} out of training, one a class, found only "
            f"{len(kept)} among {len(rows)} labels that are not the only one of their class"
        )
    kept = np.sort(np.array(kept))
    return rows[~np.isin(rows, kept)], kept
