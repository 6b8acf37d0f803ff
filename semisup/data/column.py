"""One column of a table: a summary of its values in the training rows."""

from typing import NamedTuple

import numpy as np

from semisup.data.cells import Form
from semisup.data.dates import ISO
from semisup.data.text_features import TextFeatures

QUANTILES = 101
MOST_CATEGORIES = 50  # a column keeps its most frequent ones; all others, unseen ones too, are encoded as zeros
MISSING = "(missing)"
KINDS = ("number", "date", "category", "text")


class Column(NamedTuple):
    """Summary of one column of the training rows.

    Attributes:
        name: name of the column.
        kind: `number`, `date`, `category` or `text`.
        values: 101 quantiles of a number, or of a date in seconds since 1970; the names of the categories; none of a
            text.
        missing: whether some training rows have no value.
        decimal: the decimal sign of numbers that were read from texts.
        unit: the unit that stands beside them; empty if there is none.
        strays: whether some training rows have a text among the numbers or dates, which counts as missing.
        dates: the format of dates that were read from texts.
        text: how a text becomes numbers.
    """

    name: str
    kind: str
    values: list
    missing: bool
    decimal: str = "."
    strays: bool = False
    dates: str = ISO
    text: TextFeatures | None = None
    unit: str = ""

    @property
    def form(self) -> Form:
        """How the column writes numbers."""
        return Form(self.decimal, self.unit)

    def to_json(self) -> dict:
        return self._asdict() | {"text": None if self.text is None else self.text.to_json()}


def from_json(content: dict) -> Column:
    """Read what `Column.to_json` has written. Raises ValueError if it cannot fit a transformer."""
    text = content.get("text")
    column = Column(**content | {"text": None if text is None else TextFeatures.from_json(text)})
    typed = isinstance(column.name, str) and isinstance(column.missing, bool) and isinstance(column.values, list)
    typed = typed and column.decimal in (".", ",") and isinstance(column.strays, bool)
    typed = typed and isinstance(column.dates, str) and isinstance(column.unit, str)
    if not typed or column.kind not in KINDS or (column.kind == "text") == (column.text is None):
        raise ValueError(f"column {column.name!r}: expected its name, kind, values and whether some are missing")
    if column.kind == "text":
        return column
    if column.kind == "category":
        if not all(isinstance(name, str) for name in column.values) or not 0 < len(column.values) <= MOST_CATEGORIES:
            raise ValueError(f"column {column.name!r}: expected names of at most {MOST_CATEGORIES} categories")
        return column
    quantiles = np.asarray(column.values, np.float64)
    if quantiles.shape != (QUANTILES,) or not np.isfinite(quantiles).all():
        raise ValueError(f"column {column.name!r}: expected {QUANTILES} quantiles")
    return column
