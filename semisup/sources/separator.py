"""Guess the separator of a CSV file. (`csv.Sniffer` takes minutes for a few kilobytes of the wrong text.)"""

import csv
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

SEPARATORS = ",;\t| "  # a blank stands for one or more of them


class Line(NamedTuple):
    """The fields of a row, and the number of the file's lines up to its end."""

    fields: list[str]
    end: int


def separator(lines: list[str]) -> str:
    """Return the separator that divides most lines into the same number of fields, at least two.

    If none does, return a comma.
    """
    return max(SEPARATORS, key=lambda mark: _regular_lines(lines, mark))  # of equal ones, the first


def divided(lines: Iterable[str], mark: str) -> list[Line]:
    """Divide lines into fields. Lines with nothing in them are left out.

    Raises:
        csv.Error: a field is too long.
    """
    stripped = (line.strip(" \r\n") for line in lines) if mark == " " else lines
    reader = csv.reader(stripped, delimiter=mark, skipinitialspace=True)
    return [Line(row, reader.line_num) for row in reader if any(row)]


def width(rows: list[Line]) -> int:
    """Return the most common number of fields, 1 if there is no row."""
    counts = Counter(len(row.fields) for row in rows)
    return counts.most_common(1)[0][0] if counts else 1


def _regular_lines(lines: list[str], mark: str) -> int:
    """Count the lines that have the most common number of fields; 0 if that number is one."""
    try:
        rows = divided(lines, mark)
    except csv.Error:
        return 0
    fields = width(rows)
    return sum(len(row.fields) == fields for row in rows) if fields > 1 else 0
