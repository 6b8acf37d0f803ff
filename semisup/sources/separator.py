"""Guess the separator and the quotes of a CSV file. (`csv.Sniffer` takes minutes for some short texts.)"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TextIO

SEPARATORS = ";,\t| "  # of two that fit as well, the first; a blank stands for one or more of them
SINGLE = re.compile(r"(?:^|[,;\t| ])'[^'\"]*'(?:[,;\t|\s]|$)")  # a field in single quotes


class Line(NamedTuple):
    """The fields of a row, and the number of the file's lines up to its end."""

    fields: list[str]
    end: int


class Dialect(NamedTuple):
    """What divides the fields, what quotes them, and whether a backslash stands before quotes within quotes."""

    separator: str = ","
    quote: str = '"'
    escaped: bool = False


class Doubled:
    """A text file in which quotes within quotes are doubled, and have no backslash before them. pandas reads it."""

    def __init__(self, file: TextIO, quote: str) -> None:
        self.file, self.quote = file, quote

    def read(self, size: int = -1) -> str:
        text = self.file.read(size)
        while text.endswith("\\") and (more := self.file.read(1)):
            text += more
        return doubled(text, self.quote)

    def __iter__(self) -> Iterator[str]:
        return (doubled(line, self.quote) for line in self.file)


def doubled(text: str, quote: str) -> str:
    """Double the quotes that have a backslash before them. Two backslashes are one of the text."""
    return re.sub(rf"(?<!\\)((?:\\\\)*)\\{quote}", rf"\1{quote}{quote}", text)


def dialect(lines: list[str], separator: str | None = None, fields: int | None = None) -> Dialect:
    """Return the dialect that divides most lines into the same number of fields, at least two.

    If none does, the separator is a comma.

    Args:
        lines: the start of a file.
        separator: the separator, if it is known.
        fields: number of fields, if it is known: a dialect with as many comes before others.
    """
    marks = SEPARATORS if separator is None else separator
    quotes = "'\"" if any(SINGLE.search(line) for line in lines) else '"'
    found = max(
        (Dialect(mark, quote) for quote in quotes for mark in marks), key=lambda each: regular(lines, each, fields)
    )
    escaped = found._replace(escaped=True)
    has_escapes = any(f"\\{found.quote}" in line for line in lines)
    found = escaped if has_escapes and regular(lines, escaped) >= regular(lines, found) else found
    return found if regular(lines, found) or separator else Dialect()


def divided(lines: Iterable[str], how: Dialect) -> list[Line]:
    """Divide lines into fields. Lines with nothing in them are left out.

    Raises:
        csv.Error: a field is too long.
    """
    lines = (line.strip(" \r\n") for line in lines) if how.separator == " " else lines
    lines = (doubled(line, how.quote) for line in lines) if how.escaped else lines
    reader = csv.reader(lines, delimiter=how.separator, quotechar=how.quote, skipinitialspace=True)
    return [Line(row, reader.line_num) for row in reader if any(row)]


def width(rows: list[Line]) -> int:
    """Return the most common number of fields, 1 if there is no row."""
    counts = Counter(len(row.fields) for row in rows)
    if len(rows) == 2:  # a header may lack the name of the first column
        return max(counts)
    return counts.most_common(1)[0][0] if counts else 1


def regular(lines: list[str], how: Dialect, fields: int | None = None) -> int:
    """Count the lines that have the most common number of fields; 0 if that number is one.

    Lines with as many `fields` as are expected count twice.
    """
    try:
        rows = divided(lines, how)
    except csv.Error:
        return 0
    count = width(rows)
    return sum(len(row.fields) == count for row in rows) * (1 + (count == fields)) if count > 1 else 0
