"""Read the column of a table that holds the classes."""

from pathlib import Path

import numpy as np
import pandas as pd

from semisup.data.dataset import UNLABELLED
from semisup.errors import InputError
from semisup.settings.sources import TableOptions
from semisup.sources import csv_file, frame
from semisup.system import shell

MOST_CLASSES = 0.5  # classes for each row that tells; with more, the column holds numbers or identifiers
WHOLE = r"([+-]?\d+)\.0*"  # a whole number that has been a float
LIKE_MISSING = ("-1", "?", "unlabeled", "unlabelled", "unknown")


def read(path: Path, values: pd.Series, settings: TableOptions) -> tuple[list[str | None], tuple[str, ...]]:
    """Return the class of each row as text, or None for a missing one; and sentences on what was guessed.

    1.0 becomes "1", because a column of whole numbers with missing ones is often written as floats. A word such as NA
    is missing, unless `settings.classes` has it, or most rows have other classes and it stands in quotes.
    """
    texts = values.dropna().astype(object).map(str)
    if texts.str.fullmatch(rf"[+-]?\d+|{WHOLE}").all():
        texts = texts.str.replace(rf"^{WHOLE}$", r"\1", regex=True)
    target = f"{path}: target {settings.target!r}"
    doubtful = texts.isin(csv_file.MISSING - set(settings.classes))
    filled = len(texts) - doubtful.sum() > len(values) / 2
    notes, missing = [], set()
    for word, rows in texts[doubtful].value_counts().items():
        if filled and frame.quoted(path, settings, word):
            notes.append(f"{target} has {word!r} in {rows:,} rows, taken as a class, since it is in quotes")
        else:
            missing.add(word)
            told = f"taken as no label; --classes {shell.items(word)} takes it as a class"
            notes.append(f"{target} has {word!r} in {rows:,} rows, {told}")
    notes += [
        f"{target} has {word!r} in {rows:,} rows, taken as a class; --missing {shell.items(word)} takes it as no label"
        for word, rows in texts[texts.str.lower().isin(LIKE_MISSING)].value_counts().items()
    ]
    known = dict(texts[~texts.isin(missing)].items())
    return [known.get(row) for row in values.index], tuple(notes)


def check(path: Path, target: str, classes: list[str | None], class_names: list[str]) -> None:
    """Check that the column holds classes and not numbers or identifiers. Raises InputError.

    With fewer labelled rows than unlabelled ones, one label a class is enough: a column of numbers or identifiers would
    have a value in nearly every row.
    """
    labelled = sum(name is not None for name in classes)
    tells = max(labelled, len(classes) - labelled)
    if labelled and len(class_names) > max(2, MOST_CLASSES * tells):
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
