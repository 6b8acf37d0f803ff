"""Read the column of a table that holds the classes."""

from pathlib import Path

import numpy as np
import pandas as pd

from semisup.data.dataset import UNLABELLED
from semisup.errors import InputError
from semisup.settings.sources import TableOptions
from semisup.sources import csv_file
from semisup.system import shell

MOST_CLASSES = 0.5  # classes for each labelled row; with more, the column holds numbers or identifiers
WHOLE = r"([+-]?\d+)\.0*"  # a whole number that has been a float
LIKE_MISSING = ("-1", "?", "unlabeled", "unlabelled", "unknown")


def read(path: Path | str, values: pd.Series, settings: TableOptions) -> tuple[list[str | None], tuple[str, ...]]:
    """Return the class of each row as text, or None for a missing one; and sentences on what was guessed.

    1.0 becomes "1", because a column of whole numbers with missing ones is often written as floats. A word such as NA
    is missing, unless `settings.classes` has it.
    """
    texts = values.dropna().astype(object).map(str)
    if texts.str.fullmatch(rf"[+-]?\d+|{WHOLE}").all():
        texts = texts.str.replace(rf"^{WHOLE}$", r"\1", regex=True)
    missing = texts.isin(csv_file.MISSING - set(settings.classes))
    notes = [
        f"{path}: target {settings.target!r} has {word!r} in {rows:,} rows, taken as no label; --classes "
        f"{shell.items(word)} takes it as a class"
        for word, rows in texts[missing].value_counts().items()
    ]
    notes += [
        f"{path}: target {settings.target!r} has {word!r} in {rows:,} rows, taken as a class; --missing "
        f"{shell.items(word)} takes it as no label"
        for word, rows in texts[texts.str.lower().isin(LIKE_MISSING)].value_counts().items()
    ]
    known = dict(texts[~missing].items())
    return [known.get(row) for row in values.index], tuple(notes)


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
