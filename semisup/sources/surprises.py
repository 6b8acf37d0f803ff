"""Name the columns of a table that were read in a way that may surprise."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from semisup.data.column import MOST_CATEGORIES

STRAYS = 0.1  # fraction of the cells up to which what is no number among numbers is a stray
MOST_NAMED = 3  # cells that a sentence names


def notes(path: Path, frame: pd.DataFrame) -> tuple[str, ...]:
    """Return a sentence for each column that is constant, that numbers its rows, or whose texts are odd.

    Args:
        path: the file, for the sentences.
        frame: all rows of the file, with their numbers as index, without the column of the classes.
    """
    found = (_note(frame[name].dropna()) for name in frame)
    return tuple(f"{path}: column {name!r} {note}" for name, note in zip(frame, found, strict=True) if note)


def _note(values: pd.Series) -> str | None:
    if len(values) == 0:
        return None
    texts = values.astype(object).map(str)
    distinct = texts.nunique()
    if distinct == 1:
        return f"is constant: {texts.iloc[0]!r} wherever it has a value; --drop it if it means nothing"
    if pd.api.types.is_numeric_dtype(values):
        return _number(values, distinct)
    strays = values[pd.to_numeric(values, errors="coerce").isna()]
    if 0 < len(strays) <= STRAYS * len(values):
        return (
            f"has numbers but for {len(strays):,} of {len(values):,} cells, such as {', '.join(_cells(strays))}; it "
            "is read as text, --missing takes such texts as missing values"
        )
    if distinct > MOST_CATEGORIES and not texts.str.match(r"\d{4}-\d\d").all():
        what = "each once, as an identifier has" if distinct == len(values) else f"in {len(values):,} rows"
        return (
            f"has {distinct:,} different texts, {what}; the {MOST_CATEGORIES} most frequent are categories, --drop it "
            "if it names rows"
        )
    return None


def _number(values: pd.Series, distinct: int) -> str | None:
    if distinct < len(values) or distinct <= 2 or pd.api.types.is_bool_dtype(values):
        return None
    numbers = np.sort(values.to_numpy(np.float64))
    if (np.diff(numbers) == 1).all():
        return f"numbers the rows, from {numbers[0]:g} to {numbers[-1]:g}; --drop it if it is an index"
    return None


def _cells(values: pd.Series) -> Iterator[str]:
    return (f"{value!r} in row {row}" for row, value in values.head(MOST_NAMED).items())
