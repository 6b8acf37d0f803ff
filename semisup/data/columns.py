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

from semisup.data import column as one_column
from semisup.data import column_kinds, text_features
from semisup.data.column import KINDS, MISSING, MOST_CATEGORIES, QUANTILES, Column
from semisup.data.column_kinds import Kind
from semisup.data.column_values import typed
from semisup.errors import InputError
from semisup.settings.sources import TableOptions


class Columns(NamedTuple):
    """The preprocessing of a table. It takes the place of the `Scaling` of an array.

    - Numbers and dates become their ranks among the training rows, in [0, 1]. A missing value becomes the median, and
      one more feature says that it was missing.
    - Dates also become month, weekday and hour.
    - Each category becomes one feature, 0 or 1.
    - A text becomes the numbers that `text_features` says.
    """

    columns: list[Column]
    class_names: list[str]
    table: TableOptions  # how the file was read
    left_out: tuple[str, ...] = ()  # columns without any value

    @property
    def rule(self) -> str:
        """How many columns of each kind there are, in words."""
        kinds = [column.kind for column in self.columns]
        counts = {kind: kinds.count(kind) for kind in KINDS if kind in kinds}
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
        values = {c.name: typed(frame, c, name, strays or c.strays) for c in self.columns}
        parts = [column.text(values.pop(column.name)) for column in self.columns if column.text is not None]
        if values:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Found unknown categories")  # they are all zeros
                parts.insert(0, self.transformer().transform(pd.DataFrame(values)))
        return np.concatenate([np.asarray(part, np.float32) for part in parts], axis=1)  # (rows, features)

    def transformer(self) -> ColumnTransformer:
        """Return the transformer of all columns but texts, fitted to the summary."""
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
        summary = pd.DataFrame({c.name: _summary(c) for c in self.columns if c.text is None})
        return ColumnTransformer(used, verbose_feature_names_out=False).fit(summary)

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "columns": [column.to_json() for column in self.columns],
            "class_names": self.class_names,
            "table": vars(self.table),
            "left_out": list(self.left_out),
        }

    @staticmethod
    def from_json(content: dict[str, Any]) -> "Columns":
        columns = [one_column.from_json(column) for column in content["columns"]]
        table = TableOptions(**content["table"])
        names, left_out = list(content["class_names"]), tuple(content.get("left_out", ()))
        if not columns or not all(isinstance(name, str) for name in (*names, *left_out)):
            raise ValueError("no column, or classes that are not texts")
        return Columns(columns, names, table, left_out)


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
    """Summarise the columns of the training rows. A column without any value is left out.

    Raises:
        InputError: no column has a value, or one has infinite numbers or is not what `table` calls it.
    """
    unknown = [column for column in (*table.category, *table.text) if column not in frame]
    if unknown:
        raise InputError(f"{name}: column {unknown[0]!r} is missing, found {', '.join(map(str, frame.columns))}")
    kinds = column_kinds.of(frame, table)
    columns = [_fitted(frame, column, kind, name, not table.strict) for column, kind in kinds.items() if kind]
    if not columns:
        raise InputError(f"{name}: expected a column with values beside the target, found none")
    return Columns(columns, class_names, table, tuple(str(column) for column, kind in kinds.items() if kind is None))


def check_kinds(train: pd.DataFrame, others: pd.DataFrame, table: TableOptions, name: str, other_name: str) -> None:
    """Check that other rows have the columns of the training rows, and numbers and dates where these have them.

    Raises:
        InputError: a column is missing or of another kind.
    """
    for column, kind in column_kinds.of(train, table).items():
        if kind is not None:
            numeric = kind.name in ("number", "date")
            known = (
                _fitted(train, column, kind, name, not table.strict)
                if numeric
                else Column(column, kind.name, [], False)
            )
            typed(others, known, other_name, known.strays)


def _fitted(frame: pd.DataFrame, name: str, kind: Kind, table: str, strays: bool) -> Column:
    """Summarise one column."""
    missing = bool(frame[name].isna().any())
    column = Column(str(name), kind.name, [], missing, kind.form.decimal, dates=kind.dates, unit=kind.form.unit)
    values = typed(frame, column, table, strays)
    if kind.name == "text":
        return column._replace(text=text_features.fit(values))
    if kind.name == "category":
        counts = values[frame[name].notna()].value_counts(sort=True).drop(MISSING, errors="ignore")
        categories = sorted(counts.index[: MOST_CATEGORIES - missing].tolist())
        return column._replace(values=categories + [MISSING] * missing)
    numbers = values.dropna()
    if len(numbers) == 0:
        raise InputError(
            f"{table}: column {name!r} has no {kind.name} in the training rows, expected some, or --drop it"
        )
    strays = len(numbers) < frame[name].notna().sum()
    quantiles = np.quantile(numbers, np.linspace(0, 1, QUANTILES))
    return column._replace(values=quantiles.tolist(), missing=missing or bool(strays), strays=bool(strays))


def _summary(column: Column) -> list:
    """Return QUANTILES + 1 values of a column to fit the transformer to.

    The last value is missing if some training rows have no value.
    """
    if column.kind == "category":
        return [column.values[0]] * (QUANTILES + 1)
    return [*column.values, np.nan if column.missing else column.values[-1]]
