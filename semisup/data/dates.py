"""Read dates from the texts of a column."""

import numpy as np
import pandas as pd

ISO = "ISO8601"
DAYS = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y",
        "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%d-%b-%y", "%d %B %Y", "%B %d, %Y")  # fmt: skip
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
MONTH_FIRST = {"%d/%m/%Y": "%m/%d/%Y", "%d/%m/%y": "%m/%d/%y", "%d-%m-%Y": "%m-%d-%Y"}
ZERO = r"0000-00-00.*|00[/.-]00[/.-]0000.*"  # as some databases write that there is no date
LIKE = r"\d[-/. ][\dA-Za-z]|[A-Za-z] \d"  # somewhere in every date
LOOKED_AT = 1000  # most frequent texts, from which the format is guessed
STRAYS = 0.1  # fraction of the cells up to which other texts are strays


def format_of(texts: pd.Series) -> str | None:
    """Return the format of a column of dates, as `strptime` has it or "ISO8601"; None if its texts are no dates.

    Where day and month could change places in all rows, the month is first.

    Args:
        texts: (rows,) texts without missing values.
    """
    counts = texts[~texts.str.fullmatch(ZERO)].value_counts()
    looked_at = counts.iloc[:LOOKED_AT]
    if len(counts) == 0 or _fraction(looked_at, looked_at.index.str.contains(LIKE)) < 1 - STRAYS:
        return None
    if _fraction(looked_at, looked_at.index.str.match(r"\d{4}-\d\d")) >= 1 - STRAYS:
        return ISO if _fits(counts, ISO) >= 1 - STRAYS else None
    fits = {each: _fits(looked_at, each) for each in (day + time for day in DAYS for time in TIMES)}
    best = max(fits, key=fits.__getitem__)
    if fits[best] < 1 - STRAYS or _fits(counts, best) < 1 - STRAYS:
        return None
    day = next((day for day in MONTH_FIRST if best.startswith(day)), None)
    swapped = best if day is None else best.replace(day, MONTH_FIRST[day])
    return swapped if _fits(counts, swapped) == _fits(counts, best) else best


def is_ambiguous(texts: pd.Series, found: str) -> bool:
    """Return whether day and month could change places in all rows."""
    day = next((day for day, month in MONTH_FIRST.items() if found.startswith(month)), None)
    return day is not None and bool(parsed(texts, found.replace(MONTH_FIRST[day], day)).notna().all())


def parsed(texts: pd.Series, found: str) -> pd.Series:
    """Return texts as dates in UTC; a text that is none becomes NaT."""
    return pd.to_datetime(texts, format=found, errors="coerce", utc=True)


def _fits(counts: pd.Series, found: str) -> float:
    """Return the fraction of the cells that have this format."""
    return _fraction(counts, parsed(pd.Series(counts.index, dtype=object), found).notna().to_numpy())


def _fraction(counts: pd.Series, fit: np.ndarray) -> float:
    return float(counts.to_numpy()[fit].sum() / counts.sum())
