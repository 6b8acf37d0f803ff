"""The column of a table that has the classes."""

from pathlib import Path

import numpy as np
import pandas as pd

from semisup.data.dataset import UNLABELLED
from semisup.errors import InputError

MOST_CLASSES = 0.5  # of the labelled rows; more is no class but a number or an identifier


def as_text(values: pd.Series) -> list[str | None]:
    """Classes as text, None where there is none; 1.0 is 1, since missing ones make whole numbers real."""
    if (
        pd.api.types.is_float_dtype(values)
        and (values.dropna() % 1 == 0).all()
        and (values.dropna().abs() < 2**53).all()
    ):
        values = values.astype("Int64")
    return [None if missing else str(value) for value, missing in zip(values, values.isna(), strict=True)]


def check(path: Path, target: str, classes: list[str | None], class_names: list[str]) -> None:
    labelled = sum(name is not None for name in classes)
    if labelled and len(class_names) > max(2, MOST_CLASSES * labelled):
        raise InputError(
            f"{path}: target column {target!r} has {len(class_names)} different values in {labelled} labelled rows, "
            "expected classes"
        )


def codes(path: Path | str, target: str, classes: list[str | None], class_names: list[str]) -> np.ndarray:
    """(rows,) int64 places in `class_names`, -1 where there is no class."""
    known = {name: place for place, name in enumerate(class_names)}
    codes = np.array([UNLABELLED if name is None else known.get(name, -2) for name in classes], np.int64)
    if (codes == -2).any():
        row = int((codes == -2).argmax())
        raise InputError(
            f"{path}: target column {target!r} has {classes[row]!r} in row {row}, expected one of "
            f"{', '.join(class_names)}"
        )
    return codes
