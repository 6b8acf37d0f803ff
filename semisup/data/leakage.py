"""Find training rows whose input is in the test set too. They make test metrics look better than they are."""

import dataclasses
import hashlib

import numpy as np

from semisup.data.dataset import UNLABELLED, Dataset
from semisup.data.memory_mapped import Inputs, chunks, some
from semisup.errors import InputError
from semisup.system import progress

DIGEST_BYTES = 16


def guarded(dataset: Dataset, remove: bool = False) -> Dataset:
    """Count the training rows that are in the test set too. With `remove`, leave them out.

    The scaling stays as it is, fitted to all rows.

    Raises:
        InputError: no training row, or no labelled row of a class, is left.
    """
    leaks = leaking(dataset.x_train, dataset.x_test)
    counted = dataclasses.replace(dataset, leaks=int(leaks.sum()))
    return _without(counted, leaks) if remove and leaks.any() else counted


def leaking(x: Inputs, x_test: np.ndarray) -> np.ndarray:
    """Return (n,) bool: which of the (n, ...) inputs equal one of the (m, ...) test inputs to the last bit.

    Inputs are compared by their BLAKE2b digests.
    """
    test_digests = {_digest(row) for row in np.ascontiguousarray(x_test)}
    leaks, start = np.zeros(len(x), bool), 0
    for part in chunks(x):
        leaks[start : start + len(part)] = [_digest(row) in test_digests for row in np.ascontiguousarray(part)]
        start += len(part)
    return leaks


def warn_of(dataset: Dataset) -> None:
    """Warn the user of leaks that are still in the training rows."""
    if dataset.leaks and not dataset.leaks_removed:
        progress.warn(
            f"{dataset.name}: {dataset.leaks} of {len(dataset.x_train)} training rows have an input that is in the "
            "test set too, which makes test metrics too good; pretrain --leaks remove leaves them out"
        )


def _digest(row: np.ndarray) -> bytes:
    return hashlib.blake2b(row, digest_size=DIGEST_BYTES).digest()


def _without(dataset: Dataset, leaks: np.ndarray) -> Dataset:
    kept = np.flatnonzero(~leaks)
    y = dataset.y_train[kept]
    left = np.bincount(y[y != UNLABELLED], minlength=dataset.classes)
    if len(kept) == 0 or (left == 0).any():
        row_kind = f"labelled row of class {dataset.class_names[left.argmin()]}" if len(kept) else "training row"
        raise InputError(
            f"leaks: {dataset.name} has no {row_kind} left without the {dataset.leaks} that are in the test set too, "
            "expected at least one"
        )
    return dataclasses.replace(
        dataset,
        x_train=some(dataset.x_train, kept),
        y_train=y,
        origin=dataset.origin[kept],
        leaks_removed=True,
    )
