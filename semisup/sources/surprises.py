"""Name the columns of a table that were read in a way that may surprise."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from semisup.data import cells, column_values, dates
from semisup.data.cells import Form
from semisup.data.column import MOST_CATEGORIES, Column
from semisup.data.columns import Columns

MANY = 10  # different texts in a column whose every other text is another
MOST_NAMED = 3  # cells or columns that a sentence names
CODES = (-99999, -9999, -999, -99, 999, 9999, 99999)  # numbers that often stand for a missing value


def notes(path: Path, frame: pd.DataFrame, fitted: Columns, words: Mapping[str, str]) -> tuple[str, ...]:
    """Return a sentence for each column that is left out, constant or that numbers its rows, or whose texts are odd.

    Args:
        path: the file, for the sentences.
        frame: all rows of the file, with their numbers as index, without the column of the classes.
        fitted: how its columns are read.
        words: columns with a word such as NA that was taken as a missing value, and the word.
    """
    found = {c.name: _note(frame[c.name].dropna(), c) for c in fitted.columns if c.name in frame}
    found |= dict.fromkeys(fitted.left_out, "has no value; left out")
    texts = [column.name for column in fitted.columns if column.kind in ("category", "text")]
    missing = {name: f"has {word!r}, taken as a missing value" for name, word in words.items() if name in texts}
    told = [(name, note) for name, note in (*found.items(), *missing.items()) if note]
    return tuple(f"{path}: column {sentence}" for sentence in _together(told))


def _together(told: list[tuple[str, str]]) -> list[str]:
    """Return a sentence for each column; one for all if more than `MOST_NAMED` columns have the same to say."""
    alike: dict[str, list[tuple[str, str]]] = {}
    for name, note in told:
        alike.setdefault(re.sub(r"'.*?'|[-\d.,]+", "", note), []).append((name, note))
    sentences = []
    for group in alike.values():
        said = [f"{name!r} {note}" for name, note in group]
        if len(group) > MOST_NAMED:
            others = ", ".join(repr(name) for name, _ in group[1:MOST_NAMED])
            said = [f"{said[0]}; likewise {len(group) - 1:,} other columns, such as {others}"]
        sentences += said
    return sentences


def codes(path: Path, frame: pd.DataFrame, fitted: Columns) -> tuple[str, ...]:
    """Return a sentence for each column of numbers that in other rows has codes, such as 00123."""
    found = []
    for column in fitted.columns:
        if column.kind == "number" and column.name in frame and not column_values.is_typed(frame[column.name]):
            texts = column_values.texts(frame[column.name].dropna())
            like_codes = texts[texts.str.fullmatch(cells.CODE)]
            if len(like_codes):
                found.append(
                    f"{path}: column {column.name!r} has {like_codes.iloc[0]!r}, read as a number, as in training; "
                    f"--category {column.name} keeps it"
                )
    return tuple(found)


def _note(values: pd.Series, column: Column) -> str | None:
    if len(values) == 0:
        return None
    texts = column_values.texts(values)
    distinct = texts.nunique()
    if distinct == 1:
        return f"is constant: {texts.iloc[0]!r} wherever it has a value; --drop it if it means nothing"
    if pd.api.types.is_numeric_dtype(values) and column.kind == "number":
        return _numbering(values.to_numpy(np.float64))
    if column.kind == "number":
        return _number(texts, column.form)
    if column.kind == "date":
        return None if pd.api.types.is_datetime64_any_dtype(values) else _date(texts, column.dates)
    if column.kind == "text":
        words = texts.str.count(" ").mean() + 1
        return (
            f"has {distinct:,} different texts of {words:.0f} words on average, read as free text by their words and "
            "pieces of words; --category takes them as categories"
        )
    return _category(texts, distinct)


def _category(texts: pd.Series, distinct: int) -> str | None:
    """Return a sentence on categories that may be something else."""
    if texts.str.fullmatch(r"\d+").all() and texts.str.startswith("0").any():
        return f"has numbers that begin with 0, such as {texts[texts.str.startswith('0')].iloc[0]!r}, read as text"
    if distinct > MOST_CATEGORIES:
        what = "each once, as an identifier has" if distinct == len(texts) else f"in {len(texts):,} rows"
        return (
            f"has {distinct:,} different texts, {what}; the {MOST_CATEGORIES} most frequent are categories, --drop it "
            "if it names rows, --text if it is free text"
        )
    like_numbers = texts.str.match(r"[-+]?\d").mean() > 1 / 2
    if distinct > MANY and (like_numbers or distinct >= len(texts) / 2):
        return f"has {distinct:,} different texts in {len(texts):,} rows, such as {texts.iloc[0]!r}, read as categories"
    spelled = pd.Series(texts.unique(), dtype=object).sort_values(key=lambda each: each.str.casefold(), kind="stable")
    alike = spelled[spelled.str.casefold().duplicated(keep=False)].head(2).tolist()
    return f"has categories that differ by capitals alone, such as {alike[0]!r} and {alike[1]!r}" if alike else None


def _number(texts: pd.Series, form: Form) -> str | None:
    """Return a sentence on numbers that were read from texts."""
    found = cells.numbers(texts, form)
    if cells.is_plain(texts).all():
        return _numbering(found)
    strays = texts[np.isnan(found)]
    said = [_strays("numbers", texts, strays)] if len(strays) else []
    dressed = texts[~np.isnan(found) & ~cells.is_plain(texts) & ~texts.str.lower().isin(cells.TRUTH)]
    if len(dressed):
        read_as = f"{cells.numbers(dressed.head(1), form)[0]:.10g}"
        of_sign = "; --decimal says the decimal sign" if dressed.str.contains(",", regex=False).any() else ""
        said.append(f"has numbers such as {dressed.iloc[0]!r}, read as {read_as}{of_sign}")
    return " and ".join(said) or _numbering(found)


def _date(texts: pd.Series, found: str) -> str | None:
    """Return a sentence on dates that were read from texts."""
    when = dates.parsed(texts, found)
    strays = texts[when.isna()]
    said = [_strays("dates", texts, strays)] if len(strays) else []
    if found != dates.ISO:
        example, shown = when.dropna().index[0], "%H:%M:%S" if found in dates.HOURS else "%Y-%m-%d"
        sure = "it could be the other way round" if dates.is_ambiguous(texts, found) else "as all of them fit"
        said.append(f"has dates: {texts[example]!r} is read as {when[example]:{shown}}, {sure}")
    return " and ".join(said) or None


def _strays(what: str, texts: pd.Series, strays: pd.Series) -> str:
    """Return words on the texts among numbers or dates."""
    named = ", ".join(f"{value!r} in row {row}" for row, value in strays.head(MOST_NAMED).items())
    return (
        f"has {what} but for {len(strays):,} of {len(texts):,} cells, such as {named}; they count as missing, --strict "
        "refuses them"
    )


def _numbering(numbers: np.ndarray) -> str | None:
    """Return a sentence if numbers are those of the rows, or have one that often stands for a missing value."""
    ordered = np.sort(numbers[np.isfinite(numbers)])
    if len(ordered) > 2 and (np.diff(ordered) == 1).all():
        return f"numbers the rows, from {ordered[0]:g} to {ordered[-1]:g}; --drop it if it is an index"
    for code in CODES:
        count = int((ordered == code).sum())
        others = ordered[ordered != code]
        if count and len(others) and np.abs(others).max() < abs(code) / 2:
            return f"has {code:g} in {count:,} rows, far from all others; --missing {code:g} if it means no value"
    return None
