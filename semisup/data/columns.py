"""Turn the columns of a table into numbers in [0, 1], with a scikit-learn ColumnTransformer.

The transformer depends on the training rows only. It needs little from them: quantiles of numbers and names of
categories. So it is fitted to this summary instead of the rows. A run stores the summary as JSON, and every use of the
run fits the same transformer to it again. Nothing is pickled.
"""

import warnings
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, QuantileTransformer

from semisup.data import cells
from semisup.data.column import MISSING, MOST_CATEGORIES, QUANTILES, Column, checked
from semisup.errors import InputError
from semisup.settings.sources import TableOptions

UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}  # how many of pandas' units of time make a second


class Columns(NamedTuple):
    """The preprocessing of a table. It takes the place of the `Scaling` of an array.

    - Numbers and dates become their ranks among the training rows, in [0, 1]. A missing value becomes the median, and
      one more feature says that it was missing.
    - Dates also become month, weekday and hour.
    - Each category becomes one feature, 0 or 1.
    """

    columns: list[Column]
    class_names: list[str]
    table: TableOptions  # how the file was read

    @property
    def rule(self) -> str:
        """How many columns of each kind there are, in words."""
        kinds = [column.kind for column in self.columns]
        counts = {kind: kinds.count(kind) for kind in ("number", "date", "category") if kind in kinds}
        return ", ".join(f"{count} {kind} column{'s' * (count > 1)}" for kind, count in counts.items())

    def __call__(self, frame: pd.DataFrame, name: str = "table", strays: bool = False) -> np.ndarray:
        """Transform rows of a table to (rows, features) float32 in [0, 1].

        Args:
            frame: the rows, with at least the columns of the training rows.
            name: what an error calls the table.
            strays: whether texts among numbers count as missing, also where the training rows have none.

        Raises:
            InputError: a column is missing or of another kind.
        """
        typed = pd.DataFrame({c.name: _typed(frame, c, name, strays or c.strays) for c in self.columns})
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Found unknown categories")  # they are all zeros
            return np.asarray(self.transformer().transform(typed), np.float32)

    def transformer(self) -> ColumnTransformer:
        """Return the transformer, fitted to the summary."""
        names = {kind: [c.name for c in self.columns if c.kind == kind] for kind in ("number", "date", "category")}
        categories = [c.values for c in self.columns if c.kind == "category"]
        quantiles = {"n_quantiles": QUANTILES, "subsample": None}
        median = {"strategy": "median", "add_indicator": True}
        numbers = make_pipeline(SimpleImputer(**median), QuantileTransformer(**quantiles))
        dates = make_pipeline(SimpleImputer(**median), QuantileTransformer(**quantiles))
        one_hot = OneHotEncoder(categories=categories, handle_unknown="ignore", sparse_output=False)
        parts = [
            ("number", numbers, names["number"]),
            ("date", dates, names["date"]),
            ("calendar", FunctionTransformer(calendar), names["date"]),
            ("category", one_hot, names["category"]),
        ]
        used = [part for part in parts if part[2]]
        summary = pd.DataFrame({column.name: _summary(column) for column in self.columns})
        return ColumnTransformer(used, verbose_feature_names_out=False).fit(summary)

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "columns": [column._asdict() for column in self.columns],
            "class_names": self.class_names,
            "table": vars(self.table),
        }

    @staticmethod
    def from_json(content: dict[str, Any]) -> "Columns":
        columns = [checked(Column(**column)) for column in content["columns"]]
        table = TableOptions(**content["table"])
        if not columns or not all(isinstance(name, str) for name in content["class_names"]):
            raise ValueError("no column, or classes that are not texts")
        return Columns(columns, list(content["class_names"]), table)


def calendar(seconds: Any) -> np.ndarray:
    """Turn dates into month, weekday and hour.

    Args:
        seconds: (rows, columns) seconds since 1970; NaN where a date is missing.

    Returns:
        (rows, 3 × columns) in [0, 1]; 0.5 where a date is missing.
    """
    dates = pd.DataFrame(seconds)
    parts = []
    for column in dates:
        when = pd.to_datetime(dates[column], unit="s", errors="coerce")
        for part, last in ((when.dt.month - 1, 11), (when.dt.day_of_week, 6), (when.dt.hour, 23)):
            parts.append((part / last).fillna(0.5))
    return np.stack(parts, axis=1)


def fit(frame: pd.DataFrame, class_names: list[str], table: TableOptions, name: str) -> Columns:
    """Summarise the columns of the training rows.

    Raises:
        InputError: a column has no value at all, or infinite ones.
    """
    columns, decimals = [], _decimals(frame, table.decimal)
    for column in frame:
        values = frame[column]
        if values.notna().sum() == 0:
            raise InputError(
                f"{name}: column {column!r} has no value in the training rows, expected some, or --drop it"
            )
        kind, decimal = _kind(values, decimals[column]), decimals[column] or "."
        missing = bool(values.isna().any())
        if kind == "category":
            counts = _texts(values.dropna()).value_counts(sort=True)
            categories = sorted(counts.index[: MOST_CATEGORIES - missing].tolist())
            columns.append(Column(str(column), kind, categories + [MISSING] * missing, missing))
        else:
            numbers = _typed(frame, Column(str(column), kind, [], missing, decimal), name, not table.strict).dropna()
            strays = bool(len(numbers) < values.notna().sum())
            quantiles = np.quantile(numbers, np.linspace(0, 1, QUANTILES))
            columns.append(Column(str(column), kind, quantiles.tolist(), missing or strays, decimal, strays))
    return Columns(columns, class_names, table)


def _decimals(frame: pd.DataFrame, given: str | None) -> dict[str, str | None]:
    """Return the decimal sign of each column that has numbers as texts, None for the others.

    Args:
        frame: the training rows.
        given: the decimal sign of the table. Default: a comma if the numbers of a column are such only with it.
    """
    texts = {column: _texts(frame[column].dropna()) for column in frame if not _is_typed(frame[column])}
    found = {column: cells.decimal_of(each) for column, each in texts.items()}
    decimal = given or ("," if "," in found.values() else ".")
    of_table = {column: decimal for column, own in found.items() if own and cells.fits(texts[column], decimal)}
    return dict.fromkeys(frame) | found | of_table


def _is_typed(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values)


def _kind(values: pd.Series, decimal: str | None) -> str:
    """Return `number`, `date` or `category`. Texts are dates if all of them are in ISO 8601 format.

    Args:
        values: the column.
        decimal: the decimal sign, if its texts are numbers.
    """
    if decimal or pd.api.types.is_numeric_dtype(values):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    texts = _texts(values.dropna())
    like_dates = texts.str.match(r"\d{4}-\d\d").all()
    is_date = like_dates and pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=True).notna().all()
    return "date" if is_date else "category"


def _typed(frame: pd.DataFrame, column: Column, name: str, strays: bool) -> pd.Series:
    """Return a column converted to its kind: float64 (dates in seconds since 1970), or text.

    With `strays`, texts among numbers become missing values.

    Raises:
        InputError: the column is missing, or has a value that is not of its kind.
    """
    if column.name not in frame:
        raise InputError(f"{name}: column {column.name!r} is missing, found {', '.join(map(str, frame.columns))}")
    values = frame[column.name]
    if column.kind == "category":
        return _texts(values.astype(object).where(values.notna(), MISSING))
    if column.kind == "number":
        numbers = _numbers(values, column.decimal)
        typed = pd.Series(np.where(np.isfinite(numbers), numbers, np.nan), values.index)
        if strays:
            values = values.mask(typed.isna() & values.map(lambda value: isinstance(value, str)))
    else:
        is_date = pd.api.types.is_datetime64_any_dtype(values)
        when = values if is_date else pd.to_datetime(values, format="ISO8601", errors="coerce", utc=True)
        seconds = when.astype(np.int64) / UNITS[when.dt.unit]  # since 1970
        typed = pd.Series(np.where(when.isna(), np.nan, seconds), values.index)
    bad = typed.isna() & values.notna()
    if bad.any():
        row = int(np.flatnonzero(bad)[0])  # the index of the frame has its row in the file
        raise InputError(
            f"{name}: column {column.name!r} has {values.iloc[row]!r} in row {values.index[row]}, expected a "
            f"{column.kind} as in the training rows"
        )
    return typed


def _texts(values: pd.Series) -> pd.Series:
    """Return values of any type, bytes and lists too, as text."""
    return values.astype(object).map(str).astype(object)


def _numbers(values: pd.Series, decimal: str) -> np.ndarray:
    """Return values as (rows,) float64, with NaN for what is no number."""
    if not pd.api.types.is_numeric_dtype(values):
        return cells.numbers(values.astype(object).map(str).where(values.notna()), decimal)
    try:
        return pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    except TypeError:  # the values are lists: a nested column of a Parquet file
        return np.full(len(values), np.nan)


def _summary(column: Column) -> list:
    """Return QUANTILES + 1 values of a column to fit the transformer to.

    The last value is missing if some training rows have no value.
    """
    if column.kind == "category":
        return [column.values[0]] * (QUANTILES + 1)
    return [*column.values, np.nan if column.missing else column.values[-1]]
