"""Convert the values of a column to its kind."""

import numpy as np
import pandas as pd

from semisup.data import cells, dates
from semisup.data.cells import Form
from semisup.data.column import MISSING, Column
from semisup.errors import InputError

UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}  # how many of pandas' units of time make a second


def typed(frame: pd.DataFrame, column: Column, name: str, strays: bool) -> pd.Series:
    """Return a column as float64 numbers (dates in seconds since 1970) or as texts.

    A missing value is NaN, the category `MISSING`, or an empty text.

    Args:
        frame: the rows, with their numbers in the file as index.
        column: the column, and how it is read.
        name: what an error calls the table.
        strays: whether texts among numbers or dates become missing values.

    Raises:
        InputError: the column is missing, or has a value that is not of its kind.
    """
    if column.name not in frame:
        raise InputError(f"{name}: column {column.name!r} is missing, found {', '.join(map(str, frame.columns))}")
    values = frame[column.name]
    if column.kind in ("category", "text"):
        return texts(values.astype(object).where(values.notna(), MISSING if column.kind == "category" else ""))
    found = _numbers(values, column.form) if column.kind == "number" else _seconds(values, column.dates)
    found = pd.Series(np.where(np.isfinite(found), found, np.nan), values.index)
    bad = found.isna() & values.notna()
    if strays and bad.any():
        bad &= values.map(lambda value: not isinstance(value, str))
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise InputError(
            f"{name}: column {column.name!r} has {_shown(values.iloc[row])} in row {values.index[row]}, expected a "
            f"{column.kind} as in the training rows"
        )
    return found


def _shown(value: object) -> str:
    return repr(value.item() if isinstance(value, np.generic) else value)


def is_typed(values: pd.Series) -> bool:
    """Return whether values are numbers, durations or dates already, and not texts."""
    types = pd.api.types
    return types.is_numeric_dtype(values) or types.is_timedelta64_dtype(values) or types.is_datetime64_any_dtype(values)


def texts(values: pd.Series) -> pd.Series:
    """Return values of any type, bytes and lists too, as text."""
    return pd.Series([_text(value) for value in values.to_numpy(object)], values.index, dtype=object)


def _text(value: object) -> str:
    """Return a value as text. A whole number has no point: it is a float where other rows have no value."""
    if type(value) is str:
        return value
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _numbers(values: pd.Series, form: Form) -> np.ndarray:
    """Return values as (rows,) float64, with NaN for what is no number."""
    if pd.api.types.is_timedelta64_dtype(values):
        return values.dt.total_seconds().to_numpy(np.float64)
    if not pd.api.types.is_numeric_dtype(values):
        return cells.numbers(texts(values).where(values.notna()), form)
    try:
        return pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    except TypeError:  # the values are lists: a nested column of a Parquet file
        return np.full(len(values), np.nan)


def _seconds(values: pd.Series, found: str) -> np.ndarray:
    """Return dates as (rows,) float64 seconds since 1970, with NaN for what is no date."""
    is_date = pd.api.types.is_datetime64_any_dtype(values)
    when = values if is_date else dates.parsed(texts(values).where(values.notna()), found)
    return np.where(when.isna(), np.nan, when.astype(np.int64) / UNITS[when.dt.unit])
