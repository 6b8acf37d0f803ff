"""Which training inputs get to keep their label."""

from typing import NamedTuple

import numpy as np

from semisup.data.dataset import UNLABELLED, Dataset
from semisup.errors import InputError


class LabelPool(NamedTuple):
    """What is known of the labelled training rows of a dataset that is not loaded."""

    name: str
    labelled: int
    classes: int


def resolve_budget(dataset: Dataset | LabelPool, labels: int | float) -> int:
    """Turn a fraction of the labelled training rows into a count; a count is returned as it is.

    Raises:
        InputError: the training set has no labels, fewer than asked for, or the budget is below one a class.
    """
    available = dataset.labelled
    budget = round(labels * available) if isinstance(labels, float) else labels
    if available == 0:
        raise InputError(f"{dataset.name}: no training row has a label, expected some to draw {budget} from")
    if budget > available:
        raise InputError(f"labels: expected at most {available}, the labelled rows of {dataset.name}, found {budget}")
    if budget < dataset.classes:
        raise InputError(
            f"labels: expected at least {dataset.classes}, one for each class of {dataset.name}, found {budget}"
        )
    return budget


def label_draw(dataset: Dataset, budget: int, seed: int) -> np.ndarray:
    """Draw the rows whose labels stage two may see.

    One row of every class comes first; then classes take turns in proportion to their frequency. A draw is a prefix
    of one sequence, so for the same seed a smaller budget is contained in a larger one.

    Args:
        dataset: its labelled training rows are the pool.
        budget: how many rows, at least one a class and at most the pool.
        seed: seed of the draw.

    Returns:
        (budget,) int64, row numbers of `x_train`, in drawing order.
    """
    rng = np.random.default_rng(seed)
    pool = rng.permutation(np.flatnonzero(dataset.y_train != UNLABELLED))  # (pool,)
    labels = dataset.y_train[pool]
    turn = np.empty(len(pool))  # when each row is drawn
    for c in range(dataset.classes):
        rows = np.flatnonzero(labels == c)
        turn[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
        turn[rows[0]] = -1.0
    return pool[np.argsort(turn, kind="stable")[:budget]]
