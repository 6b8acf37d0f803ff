"""Read the labels of an array as classes, however they are written."""

from typing import NamedTuple

import numpy as np

from semisup.errors import InputError

UNLABELLED = -1
NO_LABEL = ("", "-1", "nan", "NaN", "None", "<NA>")  # texts of rows without a label
MOST_CLASSES = 0.5  # classes for each row that tells; with more, the labels are numbers or identifiers
SHOWN = 5  # classes that a sentence lists


class Labels(NamedTuple):
    """Labels as classes.

    Attributes:
        y: (n,) int64; a class 0..C-1, or -1 for an unlabelled row.
        y_test: the same of the test rows; None if there are none.
        class_names: C names, in the order of the values; none if no row is labelled.
        notes: sentences on labels that are not 0..C-1 and -1.
    """

    y: np.ndarray
    y_test: np.ndarray | None
    class_names: list[str]
    notes: tuple[str, ...]


def read(name: str, y: np.ndarray, y_test: np.ndarray | None = None) -> Labels:
    """Read labels as classes: whole numbers, texts, true and false, or one column for each class (one-hot).

    A row is unlabelled if its label is -1, NaN or empty, or if no column has a 1.

    Args:
        name: of the source, for sentences.
        y: (n,), (n, 1) or (n, C) labels of the training rows.
        y_test: labels of the test rows, written alike.

    Raises:
        InputError: the labels have another shape or dtype, or are no classes, or all of one class; or a test row has a
            class that no training row has.
    """
    values, notes = _column(name, "y", y)
    is_labelled = _is_labelled(values)
    known = np.unique(values[is_labelled])
    check_classes(f"{name}: y", len(known), int(is_labelled.sum()), len(values))
    named = [str(value) for value in known.tolist()]
    if len(named) == 1:
        raise InputError(f"{name}: every labelled row of y is of class {named[0]!r}, expected at least two classes")
    if named != [str(number) for number in range(len(named))]:
        notes.append(f"labels taken as classes: {_listed(named)}")
    codes_test = None
    if y_test is not None:
        values_test, said = _column(name, "y_test", y_test)
        codes_test = _codes(values_test, known)
        unknown = np.flatnonzero(_is_labelled(values_test) & (codes_test == UNLABELLED))
        if len(unknown) and len(known):
            raise InputError(
                f"{name}: y_test has class {values_test[unknown[0]].item()!r} in row {unknown[0]}, expected one of "
                f"{_listed(named)} as in y"
            )
        notes += said
    return Labels(_codes(values, known), codes_test, named, tuple(f"{name}: {note}" for note in notes))


def _codes(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return (n,) int64 indices into the known values, -1 for all others."""
    if values.dtype.kind != known.dtype.kind or len(known) == 0:
        return np.full(len(values), UNLABELLED, np.int64)
    places = np.searchsorted(known, values).clip(max=len(known) - 1)
    return np.where(known[places] == values, places, UNLABELLED).astype(np.int64)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else "")


def check_classes(what: str, classes: int, labelled: int, rows: int) -> None:
    """Check that labels are classes and not numbers or identifiers. Raises InputError.

    With fewer labelled rows than unlabelled ones, one label a class is enough: numbers or identifiers would be there in
    nearly every row.
    """
    tells = max(labelled, rows - labelled)
    if classes > max(2, MOST_CLASSES * tells):
        raise InputError(f"{what} has {classes} different values in {labelled} labelled rows, expected classes")


def _is_labelled(values: np.ndarray) -> np.ndarray:
    return ~np.isin(values, NO_LABEL) if values.dtype.kind in "UO" else values != UNLABELLED


def _column(name: str, key: str, y: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return labels as (n,) int64 or texts, and sentences on their shape and kind."""
    notes = []
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    elif y.ndim == 2 and y.shape[1] > 1 and y.dtype.kind in "buif":
        hot = np.nan_to_num(y.astype(np.float64), nan=0.0)
        if not (np.isin(hot, (0, 1)).all() and (hot.sum(axis=1) <= 1).all()):
            raise InputError(f"{name}: {key} has shape {y.shape}, expected (rows,), or one 1 in each row (one-hot)")
        y = np.where(hot.any(axis=1), hot.argmax(axis=1), UNLABELLED)
        notes.append(f"{key} has a column for each of {hot.shape[1]} classes")
    if y.ndim != 1:
        raise InputError(f"{name}: {key} has shape {y.shape}, expected (rows,)")
    if y.dtype.kind in "US":
        texts = np.char.strip(np.char.decode(y, "utf-8", "replace") if y.dtype.kind == "S" else y)
        missing = np.unique(texts[np.isin(texts, NO_LABEL)]).tolist()
        return texts, [f"{key} has {', '.join(map(repr, missing))}, taken as no label"] if missing else []
    if y.dtype.kind == "b":
        return y.astype(str), notes
    if y.dtype.kind == "f":
        missing = np.isnan(y)
        if (y[~missing] != np.rint(y[~missing])).any():
            row = int(np.flatnonzero(~missing & (y != np.rint(y)))[0])
            raise InputError(f"{name}: {key} has the label {y[row]} in row {row}, expected classes, found numbers")
        notes += [f"{key} has NaN in {missing.sum():,} rows, taken as no label"] if missing.any() else []
        y = np.where(missing, UNLABELLED, y)
    elif y.dtype.kind not in "ui":
        raise InputError(f"{name}: {key} has dtype {y.dtype}, expected whole numbers or texts, and -1 for unlabelled")
    numbers = y.astype(np.int64)
    if y.dtype == np.uint8 and len(numbers) and numbers.max() == 255 and 2 < len(np.unique(numbers)) < 128:
        numbers[numbers == 255] = UNLABELLED  # -1, stored as a byte
        notes.append(f"{key} has 255 in {(numbers == UNLABELLED).sum():,} rows, taken as no label")
    if len(numbers) and numbers.min() < UNLABELLED:
        raise InputError(
            f"{name}: {key} has the label {numbers.min()} in row {numbers.argmin()}, expected no number below -1"
        )
    if (numbers == UNLABELLED).any() and len(np.unique(numbers)) == 2:
        other = numbers.max()
        raise InputError(
            f"{name}: {key} has the labels -1 and {other} alone; -1 stands for unlabelled, write 0 where it is a class"
        )
    return numbers, notes
