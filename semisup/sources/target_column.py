"""Read the column of a table that holds the classes."""

from pathlib import Path

import numpy as np
import pandas as pd

from semisup.data.dataset import UNLABELLED
from semisup.errors import InputError

MOST_CLASSES = 0.5  # classes for each labelled row; with more, the column holds numbers or identifiers


def as_text(values: pd.Series) -> list[str | None]:
    """Return classes as text, or None for a missing one.

    1.0 becomes "1", because pandas turns a column of whole numbers with missing ones into floats.
    """
    if (
        pd.api.types.is_float_dtype(values)
        and (values.dropna() % 1 == 0).all()
        and (values.dropna().abs() < 2**53).all()
    ):
        values = values.astype("Int64")
    return [None if missing else str(value) for value, missing in zip(values, values.isna(), strict=True)]


def check(path: Path, target: str, classes: list[str | None], class_names: list[str]) -> None:
    """Check that the column holds classes and not numbers or identifiers. Raises InputError."""
    labelled = sum(name is not None for name in classes)
    if labelled and len(class_names) > max(2, MOST_CLASSES * labelled):
        raise InputError(
            f"{path}: target column {target!r} has {len(class_names)} different values in {labelled} labelled rows, "
            "expected classes"
        )


def codes(path: Path | str, target: str, classes: list[str | None], class_names: list[str]) -> np.ndarray:
    """Return (rows,) int64 indices into `class_names`, -1 for a row without a class.

    Raises:
        InputError: a class is not in `class_names`.
    """
    known = {name: index for index, name in enumerate(class_names)}
    codes = np.array([UNLABELLED if name is None else known.get(name, -2) for name in classes], np.int64)
    if (codes == -2).any():
        row = int((codes == -2).argmax())
        raise InputError(
            f"{path}: target column {target!r} has {classes[row]!r} in row {row}, expected one of "
            f"{', '.join(class_names)}"
        )
    return codes
