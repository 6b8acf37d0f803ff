"""Say in plain sentences what was read from a source of data."""

from collections.abc import Sequence

import numpy as np

from semisup.data.dataset import UNLABELLED, Dataset
from semisup.data.scaling import Scaling
from semisup.data.validation import BYTES

MOST_CLASSES = 20  # classes that are listed by name


def sentences(dataset: Dataset) -> list[str]:
    """Describe the rows, the classes, the inputs and their scaling, and what the source guessed.

    The counts are of the labels that the user gave, in the training rows. Nothing is said about the classes of the test
    rows.

    Returns:
        A few sentences. Those about what the source guessed come last.
    """
    return [_rows(dataset), _classes(dataset), _inputs(dataset), *_alone(dataset), *_left_out(dataset), *dataset.notes]


def _rows(dataset: Dataset) -> str:
    rows, test_rows = len(dataset.x_train), len(dataset.x_test)
    unlabelled = rows - dataset.labelled
    where = "held out from these, since no test set is given" if dataset.held_out else "from the test set"
    return (
        f"{dataset.name}: {rows:,} training rows, {dataset.labelled:,} with a label and {unlabelled:,} without; "
        f"{test_rows:,} test rows, {where}"
    )


def _classes(dataset: Dataset) -> str:
    if not dataset.classes:
        return "classes: none, since no row has a label"
    counts = np.bincount(dataset.y_train[dataset.y_train != UNLABELLED], minlength=dataset.classes)
    return f"classes: {_listed([f'{name} {count:,}' for name, count in zip(dataset.class_names, counts, strict=True)])}"


def _alone(dataset: Dataset) -> list[str]:
    """Name the classes whose only label was not held out."""
    counts = np.bincount(dataset.y_train[dataset.y_train != UNLABELLED], minlength=dataset.classes)
    only = [name for c, name in enumerate(dataset.class_names) if counts[c] == 1 and c not in dataset.y_test]
    return [f"classes with one label, so not in the test set: {_listed(only)}"] if only and dataset.held_out else []


def _listed(words: Sequence[str]) -> str:
    more = len(words) - MOST_CLASSES
    return ", ".join(words[:MOST_CLASSES]) + (f" and {more:,} more" if more > 0 else "")


def _inputs(dataset: Dataset) -> str:
    """Return what an input is, and the scaling."""
    scaled = f"scaled by: {dataset.scaling.rule}" if isinstance(dataset.scaling, Scaling) else dataset.scaling.rule
    bits = ", 8 bits" if dataset.scaling.rule == BYTES else ""
    if len(dataset.shape) == 3:
        height, width, channels = dataset.shape
        colours = {1: "grey", 3: "in colour"}.get(channels, f"of {channels} channels")
        return f"inputs: pictures of {height} × {width} pixels, {colours}{bits}; {scaled}"
    return f"inputs: {dataset.shape[0]:,} numbers; {scaled}"


def _left_out(dataset: Dataset) -> list[str]:
    found = []
    if dataset.skipped:
        found.append(f"left out as no pictures: {len(dataset.skipped):,}, the first {dataset.skipped[0]}")
    if dataset.leaks_removed:
        found.append(f"left out: {dataset.leaks:,} training rows whose input is in the test set too")
    return found
