"""Guess the separator and the quotes of a CSV file. (`csv.Sniffer` takes minutes for some short texts.)"""

import csv
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

SEPARATORS = ",;\t| "  # a blank stands for one or more of them
QUOTES = "\"'"


class Line(NamedTuple):
    """The fields of a row, and the number of the file's lines up to its end."""

    fields: list[str]
    end: int


class Dialect(NamedTuple):
    """What divides the fields of a file, what quotes them, and what stands before a quote within quotes."""

    separator: str = ","
    quote: str = '"'
    escape: str | None = None


def dialect(lines: list[str], separator: str | None = None) -> Dialect:
    """Return the dialect that divides most lines into the same number of fields, at least two.

    If none does, the separator is a comma.

    Args:
        lines: the start of a file.
        separator: the separator, if it is known.
    """
    marks = SEPARATORS if separator is None else separator
    quotes = [quote for quote in QUOTES if quote == '"' or any(line.count(quote) > 1 for line in lines)]
    found = max((Dialect(mark, quote) for quote in quotes for mark in marks), key=lambda each: regular(lines, each))
    escaped = found._replace(escape="\\")
    has_escapes = any(escaped.escape + found.quote in line for line in lines)
    return escaped if has_escapes and regular(lines, escaped) >= regular(lines, found) else found


def divided(lines: Iterable[str], how: Dialect) -> list[Line]:
    """Divide lines into fields. Lines with nothing in them are left out.

    Raises:
        csv.Error: a field is too long.
    """
    stripped = (line.strip(" \r\n") for line in lines) if how.separator == " " else lines
    reader = csv.reader(
        stripped,
        delimiter=how.separator,
        quotechar=how.quote,
        escapechar=how.escape,
        doublequote=how.escape is None,
        skipinitialspace=True,
    )
    return [Line(row, reader.line_num) for row in reader if any(row)]


def width(rows: list[Line]) -> int:
    """Return the most common number of fields, 1 if there is no row."""
    counts = Counter(len(row.fields) for row in rows)
    return counts.most_common(1)[0][0] if counts else 1


def regular(lines: list[str], how: Dialect) -> int:
    """Count the lines that have the most common number of fields; 0 if that number is one."""
    try:
        rows = divided(lines, how)
    except csv.Error:
        return 0
    fields = width(rows)
    return sum(len(row.fields) == fields for row in rows) if fields > 1 else 0
