"""Read dates from the texts of a column."""

import numpy as np
import pandas as pd

from semisup.data.cells import nearly_all

ISO = "ISO8601"
DAYS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%b-%y", "%d-%b-%Y", "%d%b%Y"),
    *("%d %b %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y"),
)
HOURS = ("%H:%M", "%H:%M:%S")  # times of day without a date
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
MONTH_FIRST = {"%d/%m/%Y": "%m/%d/%Y", "%d/%m/%y": "%m/%d/%y", "%d-%m-%Y": "%m-%d-%Y"}
ZERO = r"0000-00-00.*|00[/.-]00[/.-]0000.*"  # as some databases write that there is no date
LIKE = r"\d[-/. ]?[A-Za-z]|\d[-/. :]\d|[A-Za-z] \d"  # somewhere in every date
LONGEST = 40  # letters of a date
LOOKED_AT = 1000  # most frequent texts, from which the format is guessed


def format_of(texts: pd.Series) -> str | None:
    """Return the format of a column of dates, as `strptime` has it or "ISO8601"; None if its texts are no dates.

    Where day and month could change places in all rows, the month is first.

    Args:
        texts: (rows,) texts without missing values.
    """
    texts = texts.where(texts.str.len() <= LONGEST, "")
    counts = texts[~texts.str.fullmatch(ZERO)].value_counts()
    looked_at = counts.iloc[:LOOKED_AT]
    if len(counts) == 0 or _fraction(looked_at, looked_at.index.str.contains(LIKE)) < 1 / 2:
        return None
    if nearly_all(counts, _is(counts, ISO)):
        return ISO
    formats = [*HOURS, *(day + time for day in DAYS for time in TIMES)]
    best = max(formats, key=lambda each: _fraction(looked_at, _is(looked_at, each)))
    day = next((day for day in MONTH_FIRST if best.startswith(day)), None)
    swapped = best if day is None else best.replace(day, MONTH_FIRST[day])
    chosen = swapped if _is(counts, swapped).sum() >= _is(counts, best).sum() else best
    return chosen if nearly_all(counts, _is(counts, chosen)) else None


def is_ambiguous(texts: pd.Series, found: str) -> bool:
    """Return whether day and month could change places in all rows."""
    day = next((day for day, month in MONTH_FIRST.items() if found.startswith(month)), None)
    return day is not None and bool(parsed(texts, found.replace(MONTH_FIRST[day], day)).notna().all())


def parsed(texts: pd.Series, found: str) -> pd.Series:
    """Return texts as dates in UTC; a text that is none becomes NaT."""
    return pd.to_datetime(texts, format=found, errors="coerce", utc=True)


def _is(counts: pd.Series, found: str) -> np.ndarray:
    """Return which of the counted texts have a format."""
    return parsed(pd.Series(counts.index, dtype=object), found).notna().to_numpy()


def _fraction(counts: pd.Series, fit: np.ndarray) -> float:
    return float(counts.to_numpy()[fit].sum() / counts.sum())
