"""Name the columns of a table that were read in a way that may surprise."""

from pathlib import Path

import numpy as np
import pandas as pd

from semisup.data import cells
from semisup.data.column import MOST_CATEGORIES, Column
from semisup.data.columns import Columns

MOST_NAMED = 3  # cells that a sentence names


def notes(path: Path, frame: pd.DataFrame, fitted: Columns) -> tuple[str, ...]:
    """Return a sentence for each column that is constant, that numbers its rows, or whose texts are odd.

    Args:
        path: the file, for the sentences.
        frame: all rows of the file, with their numbers as index, without the column of the classes.
        fitted: how its columns are read.
    """
    found = {c.name: _note(frame[c.name].dropna(), c) for c in fitted.columns if c.name in frame}
    return tuple(f"{path}: column {name!r} {note}" for name, note in found.items() if note)


def _note(values: pd.Series, column: Column) -> str | None:
    if len(values) == 0:
        return None
    texts = values.astype(object).map(str)
    distinct = texts.nunique()
    if distinct == 1:
        return f"is constant: {texts.iloc[0]!r} wherever it has a value; --drop it if it means nothing"
    if pd.api.types.is_numeric_dtype(values):
        return _index(values.to_numpy(np.float64))
    if column.kind == "number":
        return _number(texts, column.decimal)
    if texts.str.fullmatch(r"\d+").all():
        return f"has numbers that begin with 0, such as {texts[texts.str.startswith('0')].iloc[0]!r}, read as text"
    if distinct > MOST_CATEGORIES and column.kind == "category":
        what = "each once, as an identifier has" if distinct == len(values) else f"in {len(values):,} rows"
        return (
            f"has {distinct:,} different texts, {what}; the {MOST_CATEGORIES} most frequent are categories, --drop it "
            "if it names rows"
        )
    return None


def _number(texts: pd.Series, decimal: str) -> str | None:
    """Return a sentence on numbers that were read from texts."""
    found = cells.numbers(texts, decimal)
    strays, signs = texts[np.isnan(found)], texts[texts.str.strip(cells.SIGNS) != texts]
    said = []
    if len(strays):
        named = ", ".join(f"{value!r} in row {row}" for row, value in strays.head(MOST_NAMED).items())
        said.append(
            f"has numbers but for {len(strays):,} of {len(texts):,} cells, such as {named}; they count as missing, "
            "--strict refuses them"
        )
    if texts.str.contains(",", regex=False).any():
        example = texts[texts.str.contains(",", regex=False)].iloc[0]
        read_as = f"{cells.numbers(pd.Series([example]), decimal)[0]:g}"
        said.append(f"has numbers with commas: {example!r} is read as {read_as}; --decimal says the decimal sign")
    elif len(signs):
        said.append(f"has numbers with signs, such as {signs.iloc[0]!r}; the signs are left out")
    return " and ".join(said) or _index(found)


def _index(numbers: np.ndarray) -> str | None:
    """Return a sentence if the numbers are those of the rows."""
    ordered = np.sort(numbers)
    if len(ordered) > 2 and (np.diff(ordered) == 1).all():
        return f"numbers the rows, from {ordered[0]:g} to {ordered[-1]:g}; --drop it if it is an index"
    return None
