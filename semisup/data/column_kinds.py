"""Decide what the columns of a table hold: numbers, dates, categories or texts."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from semisup.data import cells, dates
from semisup.data.cells import Form
from semisup.data.column import MOST_CATEGORIES
from semisup.data.column_values import is_typed, texts
from semisup.settings.sources import TableOptions

FEWEST_TEXTS = 20  # different texts; with fewer, they are categories
LARGEST = 2**53  # whole number that a float keeps; larger ones are codes
WORDS = 3  # in a free text, on average


class Kind(NamedTuple):
    """What a column holds, how it writes numbers if it has some, and the format of its dates if it has some."""

    name: str
    form: Form = Form()
    dates: str = dates.ISO


def of(frame: pd.DataFrame, settings: TableOptions) -> dict[str, Kind | None]:
    """Return the kind of each column; None if it has no value.

    Args:
        frame: the training rows.
        settings: the columns that the user calls categories or texts, and the decimal sign. Default: a comma if the
            numbers of a column are such only with it.
    """
    known = {column: frame[column].dropna() for column in frame}
    columns = {column: texts(values) for column, values in known.items() if not is_typed(values)}
    forms = _forms(columns, settings.decimal)
    return {
        column: _named(column, settings) or _guessed(values, columns.get(column), forms.get(column))
        if len(values)
        else None
        for column, values in known.items()
    }


def _named(column: str, settings: TableOptions) -> Kind | None:
    """Return the kind that the user has given a column."""
    return Kind("category") if column in settings.category else Kind("text") if column in settings.text else None


def _guessed(values: pd.Series, column: pd.Series | None, form: Form | None) -> Kind:
    """Return the kind of a column with values.

    Args:
        values: its values.
        column: the same as texts, if they are neither numbers nor dates already.
        form: how the texts write numbers, if they do.
    """
    if column is None and pd.api.types.is_integer_dtype(values) and values.abs().max() > LARGEST:
        return Kind("category")
    if column is None:
        return Kind("date" if pd.api.types.is_datetime64_any_dtype(values) else "number")
    if form:
        return Kind("number", form)
    if found := dates.format_of(column):
        return Kind("date", dates=found)
    return Kind("text" if _is_free(column) else "category")


def _is_free(column: pd.Series) -> bool:
    """Return whether texts are free: of several words, and so different that categories would lose most of them."""
    counts = column.value_counts()
    kept = counts.iloc[:MOST_CATEGORIES].sum()
    varied = len(counts) >= FEWEST_TEXTS and (len(counts) >= len(column) / 2 or kept < len(column) / 2)
    return varied and np.mean([text.count(" ") + 1 for text in counts.index]) >= WORDS


def _forms(columns: dict[str, pd.Series], given: str | None) -> dict[str, Form | None]:
    """Return how each column that has numbers as texts writes them, None for the others."""
    found = {column: cells.form_of(each) for column, each in columns.items()}
    decimal = given or ("," if any(form and form.decimal == "," for form in found.values()) else ".")
    of_table = {
        column: form._replace(decimal=decimal) for column, form in found.items() if form and form.decimal != decimal
    }
    return found | {column: form for column, form in of_table.items() if cells.fits(columns[column], form)}
