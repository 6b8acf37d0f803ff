"""The `Dataset` that all other code uses, and the checks of its inputs and labels."""

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from semisup.data import labels, row_origin
from semisup.data.labels import UNLABELLED, Labels
from semisup.data.memory_mapped import Inputs, chunks, numbers, scaled, some
from semisup.data.row_origin import RowOrigin
from semisup.data.scaling import Scaling, fit_scaling
from semisup.data.test_split import hold_out_rows
from semisup.errors import InputError

if TYPE_CHECKING:
    from semisup.data.columns import Columns


class Arrays(NamedTuple):
    """What a source has read. `x_test` and `y_test` are None if it has no test set."""

    x: Inputs  # (n, features) or (n, height, width[, channels]), any real dtype
    y: np.ndarray  # (n,), integers, -1 = unlabelled
    x_test: np.ndarray | None = None
    y_test: np.ndarray | None = None
    class_names: list[str] | None = None
    test_size: int | None = None  # rows to hold out if there is no test set; default: a fifth
    items: list[str] | None = None  # names of the n rows, if they have names
    skipped: list[str] | None = None  # files that could not be read, with reasons
    origin: RowOrigin | None = None  # file and row of each of the n rows; default: row of x
    columns: "Columns | None" = None  # preprocessing of a table, already applied to x and x_test
    held_out: bool = False  # whether the source itself has held out the test set
    notes: tuple[str, ...] = ()  # sentences on what the source guessed


LOOKED_AT = 1000  # rows, of which the ranges of training and test inputs are compared
OTHER_SCALE = 20  # times as wide


@dataclass(frozen=True)
class Dataset:
    """Training inputs, with labels for some of them, and a test set that is used once.

    Attributes:
        name: the source as the user wrote it.
        x_train: (n, ...) float32 in [0, 1]; images are (n, height, width, channels). For data larger than memory it is
            a `Mapped`, which reads rows only when they are used.
        y_train: (n,) int64; a class 0..C-1, or -1 for an unlabelled row.
        x_test: (m, ...) float32 in [0, 1].
        y_test: (m,) int64, classes 0..C-1 only (anything, if no training row is labelled).
        class_names: C names; none if no training row is labelled.
        scaling: how the inputs were brought to [0, 1]; for a table, its `Columns`.
        held_out: whether the source has no test set, so that this one was split off its rows.
        origin: file and row of each training input. If a test set was held out, these rows differ from the row numbers
            of `x_train`.
        skipped: files that could not be read and were left out, because the user asked for it; with reasons.
        leaks: how many training inputs of the source are in the test set too.
        leaks_removed: whether those were left out.
        notes: sentences on what the source guessed.
    """

    name: str
    x_train: Inputs
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: list[str]
    scaling: "Scaling | Columns"
    held_out: bool
    origin: RowOrigin
    skipped: list[str] | None = None
    leaks: int = 0
    leaks_removed: bool = False
    notes: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one input."""
        return self.x_train.shape[1:]

    @property
    def labelled(self) -> int:
        """How many training rows have a label."""
        return int((self.y_train != UNLABELLED).sum())

    @property
    def classes(self) -> int:
        """How many classes there are; 0 if no training row is labelled."""
        return len(self.class_names)

    @cached_property
    def digest(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of all four arrays and their shapes."""
        sha = hashlib.sha256()
        for array in (self.x_train, self.y_train, self.x_test, self.y_test):
            sha.update(repr((array.shape, array.dtype.str)).encode())
            for part in chunks(array):
                sha.update(np.ascontiguousarray(part).data)
        return sha.hexdigest()[:16]


def build(name: str, arrays: Arrays, scaling: Scaling | None = None) -> Dataset:
    """Check what a source has read, hold out a test set if it has none, and scale the inputs to [0, 1].

    Raises:
        InputError: wrong rank, lengths or dtype, NaN or infinite values, or labels that are not 0..C-1 and -1.
    """
    x, found = checked_inputs(name, "x", arrays.x), _labels(name, arrays)
    y, y_test = found.y, found.y_test
    origin = _row_origin(name, arrays)
    if arrays.x_test is None:
        train_rows, test_rows = hold_out_rows(name, y, arrays.test_size, math.prod(x.shape[1:]))
        x_test, y_test = x[test_rows], y[test_rows]
        x, y, origin = some(x, train_rows), y[train_rows], origin[train_rows]
    else:
        x_test = checked_inputs(name, "x_test", arrays.x_test)
        if (x_test.dtype == np.uint8) != (x.dtype == np.uint8):
            raise InputError(f"{name}: x_test has dtype {x_test.dtype} and x has {x.dtype}, expected both on one scale")
        if x_test.shape[1:] != x.shape[1:]:
            raise InputError(f"{name}: x_test has inputs of shape {x_test.shape[1:]}, expected {x.shape[1:]} as in x")
    _check_classes(name, y, y_test, found.class_names)
    if arrays.columns is not None:
        scaling = None
    # An encoder's scaling of another shape is not applied here; whoever uses the encoder refuses these inputs.
    if scaling is None or not scaling.fits(x.shape[1:]):
        scaling = fit_scaling(x)
    return Dataset(
        name=name,
        x_train=scaled(x, scaling),
        y_train=y,
        x_test=scaling(x_test),
        y_test=y_test,
        class_names=found.class_names if (y != UNLABELLED).any() else [],
        scaling=arrays.columns or scaling,
        held_out=arrays.held_out or arrays.x_test is None,
        origin=origin,
        skipped=arrays.skipped,
        notes=arrays.notes + found.notes + _oddities(name, x, x_test),
    )


def _oddities(name: str, x: Inputs, x_test: np.ndarray) -> tuple[str, ...]:
    """Return sentences on inputs that may not be what they seem."""
    notes = []
    if x.ndim == 4 and x.shape[1] in (1, 3) and x.shape[3] > x.shape[1] and x.shape[3] > 4:
        notes.append(
            f"{name}: inputs of shape {x.shape[1:]} have {x.shape[3]} channels; if the channels come first, save "
            "x.transpose(0, 2, 3, 1)"
        )
    widest, widest_test = (float(np.ptp(np.float64(part[:LOOKED_AT]))) for part in (x, x_test))
    if min(widest, widest_test) * OTHER_SCALE < max(widest, widest_test):
        notes.append(
            f"{name}: x has values over a range of {widest:g} and x_test of {widest_test:g}; are they on one scale?"
        )
    return tuple(notes)


def _row_origin(name: str, arrays: Arrays) -> RowOrigin:
    if arrays.origin is not None:
        return arrays.origin
    return (
        row_origin.in_file(name, numbers(len(arrays.x))) if arrays.items is None else row_origin.of_files(arrays.items)
    )


def checked_inputs(name: str, key: str, x: Inputs, first: int = 0) -> Inputs:
    """Check inputs and return them; (n, height, width) becomes (n, height, width, 1).

    Args:
        name: of the source or file, for errors.
        key: name of the array in it, for errors.
        x: (n, ...) the inputs.
        first: row number of the first of them, for errors.

    Raises:
        InputError: wrong rank or dtype, no row or no value, or NaN or infinite values.
    """
    if x.dtype.kind not in "buif":
        raise InputError(f"{name}: {key} has dtype {x.dtype}, expected numbers")
    if x.ndim not in (2, 3, 4):
        raise InputError(
            f"{name}: {key} has shape {x.shape}, expected (rows, features), (rows, height, width) or "
            "(rows, height, width, channels)"
        )
    if 0 in x.shape:
        raise InputError(f"{name}: {key} has shape {x.shape}, expected at least one row and one value in each")
    if x.dtype.kind == "f":
        with np.errstate(over="ignore"):
            parts = [np.isfinite(part.astype(np.float32)).reshape(len(part), -1).all(axis=1) for part in chunks(x)]
        bad = ~np.concatenate(parts)  # (n,)
        if bad.any():
            raise InputError(
                f"{name}: {key} has NaN or infinite values in {bad.sum()} rows, the first is row "
                f"{first + bad.argmax()}; expected numbers that single precision can hold. "
                "A table (.parquet, .csv) may have missing ones"
            )
    return x.reshape(*x.shape, 1) if x.ndim == 3 else x


def _labels(name: str, arrays: Arrays) -> Labels:
    """Read the labels. A source that names the classes has read them itself."""
    missing = "y" if arrays.y is None else "y_test" if arrays.x_test is not None and arrays.y_test is None else None
    if missing:
        raise InputError(f"{name}: {missing} is missing, expected one label for every row")
    _same_length(name, "x", arrays.x, "y", arrays.y)
    if arrays.x_test is not None:
        _same_length(name, "x_test", arrays.x_test, "y_test", arrays.y_test)
    if arrays.class_names is None:
        return labels.read(name, arrays.y, arrays.y_test)
    return Labels(arrays.y, arrays.y_test, arrays.class_names, ())


def _same_length(name: str, x_key: str, x: np.ndarray, y_key: str, y: np.ndarray) -> None:
    if y.ndim == 0:
        raise InputError(f"{name}: {y_key} is a single value, expected one label for every row")
    if len(x) != len(y):
        raise InputError(f"{name}: {x_key} has {len(x)} rows and {y_key} has {len(y)}, expected the same number")


def _check_classes(name: str, y: np.ndarray, y_test: np.ndarray, names: list[str]) -> None:
    """Check that each class has a training row, and each test row a class.

    Raises:
        InputError: a class has no labelled training row, there is only one class, or a test row has none.
    """
    if not (y != UNLABELLED).any():
        return
    counts = np.bincount(y[y != UNLABELLED], minlength=len(names))
    if (counts == 0).any():
        raise InputError(
            f"{name}: class {names[counts.argmin()]} has no labelled training row, expected at least one of each"
        )
    if len(counts) == 1:
        raise InputError(f"{name}: every labelled training row is of class {names[0]}, expected at least two classes")
    if (y_test == UNLABELLED).any():
        raise InputError(
            f"{name}: y_test row {(y_test == UNLABELLED).argmax()} has no label, expected a class in every row"
        )
