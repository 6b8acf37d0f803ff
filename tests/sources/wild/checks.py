"""Checks of one column of a table: whether it was read as it should be."""

import datetime
import re
from collections.abc import Callable

import numpy as np

from semisup.data.column import MISSING, Column

Check = Callable[[str, Column | None, str], str]  # (name, column, what is told) -> what is wrong, or nothing


def number(low: float, high: float, missing: bool | None = None) -> Check:
    """The column holds numbers from `low` to `high`; some of them are missing, or none, or either."""

    def check(name: str, column: Column | None, notes: str) -> str:
        if column is None or column.kind != "number":
            return f"{name}: {seen(column)}, not numbers"
        if not np.allclose([column.values[0], column.values[-1]], [low, high], rtol=1e-6, atol=0):
            return f"{name}: {seen(column)}, not {low:g} to {high:g}"
        return f"{name}: missing is {column.missing}" if missing not in (None, column.missing) else ""

    return check


def date(low: str, high: str, hours: float = 0) -> Check:
    """The column holds dates from `low` to `high`, or at most `hours` beside them."""

    def check(name: str, column: Column | None, notes: str) -> str:
        if column is None or column.kind != "date":
            return f"{name}: {seen(column)}, not dates"
        right = [datetime.datetime.fromisoformat(text + "+00:00").timestamp() for text in (low, high)]
        away = np.abs(np.array(right) - [column.values[0], column.values[-1]])
        return "" if away.max() <= hours * 3600 + 1 else f"{name}: {seen(column)}, not {low} to {high}"

    return check


def category(*names: str) -> Check:
    """The column holds these categories; any, if none is given."""

    def check(name: str, column: Column | None, notes: str) -> str:
        found = set() if column is None else {str(value) for value in column.values} - {MISSING}
        if column is None or column.kind != "category" or (names and found != set(names)):
            return f"{name}: {seen(column)}, not categories {list(names)}"
        return ""

    return check


def text(name: str, column: Column | None, notes: str) -> str:
    """The column holds free text."""
    return "" if column is not None and column.kind == "text" else f"{name}: {seen(column)}, not text"


def left_out(name: str, column: Column | None, notes: str) -> str:
    """The column is no feature."""
    return "" if column is None else f"{name}: {seen(column)}, not left out"


def told(name: str, column: Column | None, notes: str) -> str:
    """The column is anything, but its name is in what is told."""
    named = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", notes)
    return "" if named else f"{name}: {seen(column)}, not told"


def anything(name: str, column: Column | None, notes: str) -> str:
    """The column may be read in any way."""
    return ""


def both(*checks: Check) -> Check:
    """All the checks hold."""
    return lambda *args: ", ".join(filter(None, (check(*args) for check in checks)))


def either(*checks: Check) -> Check:
    """At least one of the checks holds."""

    def check(*args) -> str:
        found = [one(*args) for one in checks]
        return "" if "" in found else " or ".join(found)

    return check


def seen(column: Column | None) -> str:
    """Say in a few words how a column was read."""
    if column is None:
        return "left out"
    if column.kind == "category":
        return f"{len(column.values)} categories, such as {column.values[:3]}"
    if column.kind == "text":
        return "text"
    low, high = column.values[0], column.values[-1]
    return f"{column.kind}s from {low:.10g} to {high:.10g}"
