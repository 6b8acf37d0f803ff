"""One column of a table: a summary of its values in the training rows."""

from typing import NamedTuple

import numpy as np

QUANTILES = 101
MOST_CATEGORIES = 50  # a column keeps its most frequent ones; all others, unseen ones too, are encoded as zeros
MISSING = "(missing)"


class Column(NamedTuple):
    """Summary of one column of the training rows.

    Attributes:
        name: name of the column.
        kind: `number`, `date` or `category`.
        values: 101 quantiles of a number, or of a date in seconds since 1970; or the names of the categories.
        missing: whether some training rows have no value.
        decimal: the decimal sign of numbers that were read from texts.
        strays: whether some training rows have a text among the numbers, which counts as missing.
    """

    name: str
    kind: str
    values: list
    missing: bool
    decimal: str = "."
    strays: bool = False


def checked(column: Column) -> Column:
    """Check that a column read from a file can fit a transformer, and return it. Raises ValueError."""
    typed = isinstance(column.name, str) and isinstance(column.missing, bool) and isinstance(column.values, list)
    typed = typed and column.decimal in (".", ",") and isinstance(column.strays, bool)
    if not typed or column.kind not in ("number", "date", "category") or not column.values:
        raise ValueError(f"column {column.name!r}: expected its name, kind, values and whether some are missing")
    if column.kind == "category":
        if not all(isinstance(name, str) for name in column.values) or len(column.values) > MOST_CATEGORIES:
            raise ValueError(f"column {column.name!r}: expected names of at most {MOST_CATEGORIES} categories")
        return column
    quantiles = np.asarray(column.values, np.float64)
    if quantiles.shape != (QUANTILES,) or not np.isfinite(quantiles).all():
        raise ValueError(f"column {column.name!r}: expected {QUANTILES} quantiles")
    return column
