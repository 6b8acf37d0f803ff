"""Training rows whose input is in the test set too: figures of the test set flatter a network that has seen them."""

import dataclasses
import hashlib

import numpy as np

from semisup.data.dataset import UNLABELLED, Dataset
from semisup.data.memory_mapped import Inputs, chunks, some
from semisup.errors import InputError
from semisup.system import progress

DIGEST_BYTES = 16


def guarded(dataset: Dataset, remove: bool = False) -> Dataset:
    """The dataset with its leaks counted, and with the training rows that are in the test set too left out on request
    (but in the scaling, which was fitted to all of them).

    Raises:
        InputError: a class, or the whole, has no training row left.
    """
    found = leaking(dataset.x_train, dataset.x_test)
    counted = dataclasses.replace(dataset, leaks=int(found.sum()))
    return _without(counted, found) if remove and found.any() else counted


def leaking(x: Inputs, x_test: np.ndarray) -> np.ndarray:
    """(n,) bool, which of the (n, ...) inputs are among the (m, ...) test inputs, to the last bit, told by the BLAKE2b
    digests of their rows."""
    seen = {_digest(row) for row in np.ascontiguousarray(x_test)}
    found, start = np.zeros(len(x), bool), 0
    for part in chunks(x):
        found[start : start + len(part)] = [_digest(row) in seen for row in np.ascontiguousarray(part)]
        start += len(part)
    return found


def warn_of(dataset: Dataset) -> None:
    """Tell the user of leaks that are in the training rows."""
    if dataset.leaks and not dataset.leaks_removed:
        progress.warn(
            f"{dataset.name}: {dataset.leaks} of {len(dataset.x_train)} training rows have an input that is in the "
            "test set too, which flatters test figures; pretrain --leaks remove leaves them out"
        )


def _digest(row: np.ndarray) -> bytes:
    return hashlib.blake2b(row, digest_size=DIGEST_BYTES).digest()


def _without(dataset: Dataset, found: np.ndarray) -> Dataset:
    kept = np.flatnonzero(~found)
    y = dataset.y_train[kept]
    left = np.bincount(y[y != UNLABELLED], minlength=dataset.classes)
    if len(kept) == 0 or (left == 0).any():
        what = f"labelled row of class {dataset.class_names[left.argmin()]}" if len(kept) else "training row"
        raise InputError(
            f"leaks: {dataset.name} has no {what} left without the {dataset.leaks} that are in the test set too, "
            "expected at least one"
        )
    return dataclasses.replace(
        dataset,
        x_train=some(dataset.x_train, kept),
        y_train=y,
        origin=dataset.origin[kept],
        leaks_removed=True,
    )
