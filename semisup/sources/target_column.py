"""Read the column of a table that holds the classes."""

from pathlib import Path

import numpy as np
import pandas as pd

from semisup.data import cleaning
from semisup.data.dataset import UNLABELLED
from semisup.errors import InputError
from semisup.settings.sources import TableOptions
from semisup.sources import frame
from semisup.system import shell

WHOLE = r"([+-]?\d+)\.0*"  # a whole number that has been a float
MANY = 20  # whole numbers; with more, they may be no classes
LIKE_MISSING = ("-1", "?", "-", "--", "unlabeled", "unlabelled", "unknown")


def read(path: Path, values: pd.Series, settings: TableOptions) -> tuple[list[str | None], tuple[str, ...]]:
    """Return the class of each row as text, or None for a missing one; and sentences on what was guessed.

    1.0 becomes "1", because a column of whole numbers with missing ones is often written as floats. A word such as NA
    is missing, unless `settings.classes` has it, or most rows have other classes and it stands in quotes, or without it
    there would be one class alone.

    Raises:
        InputError: a row has the name of the column.
    """
    texts = values.dropna().astype(object).map(str)
    if texts.str.fullmatch(rf"[+-]?\d+|{WHOLE}").all():
        texts = texts.str.replace(rf"^{WHOLE}$", r"\1", regex=True)
    if (texts == settings.target).any():
        row = texts.index[(texts == settings.target).to_numpy()][0]
        raise InputError(f"{path}: row {row} has the names of the columns again, as a header has; remove that line")
    target = f"{path}: target {settings.target!r}"
    doubtful = texts[texts.isin(cleaning.MISSING - set(settings.classes))]
    filled, others = len(texts) - len(doubtful) > len(values) / 2, texts[~texts.isin(set(doubtful))].nunique()
    notes, missing = [], set()
    for word, rows in doubtful.value_counts().items():
        if others == 1:
            told = "taken as a class, since there would be one class without it"
        elif filled and frame.quoted(path, settings, word):
            told = "taken as a class, since it is in quotes"
        else:
            missing.add(word)
            told = f"taken as no label; --classes {shell.items(word)} takes it as a class"
        notes.append(f"{target} has {word!r} in {rows:,} rows, {told}")
    texts = texts[~texts.isin(missing)]
    known = dict(texts.items())
    return [known.get(row) for row in values.index], (*notes, *(f"{target} {note}" for note in _oddities(texts)))


def _oddities(texts: pd.Series) -> list[str]:
    """Return sentences on classes that may be something else."""
    notes = [
        f"has {word!r} in {rows:,} rows, taken as a class; --missing {shell.items(word)} takes it as no label"
        for word, rows in texts[texts.str.lower().isin(LIKE_MISSING)].value_counts().items()
    ]
    spelled = pd.Series(sorted(texts.unique(), key=str.casefold), dtype=object)
    alike = spelled[spelled.str.casefold().duplicated(keep=False)]
    if len(alike):
        notes.append(f"has classes that differ by capitals alone: {', '.join(alike)}")
    if len(spelled) > MANY and spelled.str.fullmatch(r"[+-]?\d+").all():
        notes.append(f"has {len(spelled)} different whole numbers, taken as classes")
    return notes


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
