"""One column of a table, as far as it is known."""

from typing import NamedTuple

import numpy as np

QUANTILES = 101
MOST_CATEGORIES = 50  # of a column, the most frequent ones; others, and those not seen in training, are all zeros
MISSING = "(missing)"


class Column(NamedTuple):
    """What is known of a column of the training rows.

    Attributes:
        name: of the column.
        kind: `number`, `date` or `category`.
        values: quantiles of a number, or of a date as seconds since 1970; names of categories.
        missing: whether values are missing.
    """

    name: str
    kind: str
    values: list
    missing: bool


def checked(column: Column) -> Column:
    """Of a file: whether a transformer can be fitted to it. Raises ValueError."""
    texts = isinstance(column.name, str) and isinstance(column.missing, bool) and isinstance(column.values, list)
    if not texts or column.kind not in ("number", "date", "category") or not column.values:
        raise ValueError(f"column {column.name!r}: not what is known of a column")
    if column.kind == "category":
        if not all(isinstance(name, str) for name in column.values) or len(column.values) > MOST_CATEGORIES:
            raise ValueError(f"column {column.name!r}: expected names of at most {MOST_CATEGORIES} categories")
        return column
    quantiles = np.asarray(column.values, np.float64)
    if quantiles.shape != (QUANTILES,) or not np.isfinite(quantiles).all():
        raise ValueError(f"column {column.name!r}: expected {QUANTILES} quantiles")
    return column
