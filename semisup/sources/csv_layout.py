"""Find out how a CSV file is laid out: its encoding, its separator, and the line that names its columns."""

import re
from pathlib import Path
from typing import NamedTuple

from semisup.errors import InputError
from semisup.settings.sources import TableOptions
from semisup.sources import text_file
from semisup.sources.separator import Dialect, Line, dialect, divided, width

SNIFFED = 65536  # characters from which the layout is guessed
LONGEST_LINE = 2**21  # characters; a header of the most columns that are read is shorter
SAYS = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # the first line of some files that Excel has written
NUMBER = re.compile(r"[-+]?[\d.,]+")
MOST_COLUMNS = 10_000  # preparing each one takes some milliseconds
UNNAMED = re.compile(r"(Unnamed: \d+)?")  # as pandas names the index of a frame that was saved and read


class Layout(NamedTuple):
    """How a CSV file is laid out.

    Attributes:
        encoding: its encoding.
        dialect: its separator and quotes.
        skipped: lines above the first row.
        names: a name for each column. An empty one belongs to a column that is left out if it has no value.
        row_names: whether the first column has names or numbers of the rows, and is left out.
        notes: sentences on what was guessed.
    """

    encoding: str
    dialect: Dialect
    skipped: int
    names: list[str]
    row_names: bool
    notes: tuple[str, ...]


def of(path: Path, settings: TableOptions) -> Layout:
    """Find the layout from the start of a file.

    - The line that names the columns is the first one that has as many fields as most lines. Lines above it are not
      read.
    - If it lacks one name, the first column has the names of the rows, as R writes them; or all lines end with a
      separator.
    - A first column without a name is the index of a saved frame.

    Raises:
        InputError: the file is of another kind or encoding, has too many columns, or does not fit `settings.columns`.
    """
    encoding = settings.encoding or text_file.encoding_of(path)
    lines = _start(path, encoding, settings.comment)
    says = SAYS.fullmatch(lines[0]) if lines else None
    lines = ["\n", *lines[1:]] if says else lines
    how = dialect(lines, says and says[1], len(settings.columns) if settings.columns else None)
    rows = divided(lines, how)
    count = width(rows)
    first = next((n for n, row in enumerate(rows) if len(row.fields) == count or settings.target in row.fields), 0)
    if settings.columns:
        names, above = _given(settings, count), first
        named_again = bool(rows) and {name.strip() for name in rows[first].fields} <= set(settings.columns)
        first += named_again
    else:
        above = first - 1 if first and _lacks_a_name(rows, first) else first
        names, first = (rows[above].fields, above + 1) if rows else ([], 0)
    check_width(path, len(names))
    names, renamed = _distinct(_padded(path, names, rows[first:], count, settings.columns is not None))
    row_names = len(names) > 1 and UNNAMED.fullmatch(names[0]) is not None
    notes = [
        *["the first line has the names of --columns, and is not read"] * bool(settings.columns and named_again),
        *_notes(rows[:above], rows[first:], count),
        *renamed,
        *["the first column has no name, as the index of a saved frame; left out"] * row_names,
    ]
    if encoding == text_file.WINDOWS and settings.encoding is None:
        notes.insert(0, f"not in UTF-8, read as {encoding}; --encoding says another")
    skipped = rows[first - 1].end if first else 0
    return Layout(encoding, how, skipped, names, row_names, tuple(f"{path}: {note}" for note in notes))


def _given(settings: TableOptions, count: int) -> list[str]:
    """Return the names that the user has given, without the target if the file has one field fewer."""
    without = [name for name in settings.columns if name != settings.target]
    return without if len(without) == count else settings.columns


def _notes(above: list[Line], rows: list[Line], count: int) -> list[str]:
    """Return sentences on lines above the table, and on rows with fewer fields than others."""
    notes = []
    if above:
        lines = "1 line" if len(above) == 1 else f"{len(above)} lines"
        notes.append(f"{lines} above the table not read, the first is {' '.join(above[0].fields).strip()!r}")
    short = next((row for row in rows if len(row.fields) < count), None)
    if short:
        notes.append(f"line {short.end} has {len(short.fields)} of {count} fields; what it lacks counts as missing")
    return notes


def check_width(path: Path, count: int) -> None:
    """Raise InputError if a table has too many columns."""
    if count > MOST_COLUMNS:
        raise InputError(f"{path}: expected at most {MOST_COLUMNS} columns, or an array (.npz) instead, found {count}")


def _start(path: Path, encoding: str, comment: str | None) -> list[str]:
    """Return the first lines of a file, without comments."""
    with text_file.opened(path, encoding) as file:
        lines, size = [], 0
        for line in iter(lambda: file.readline(LONGEST_LINE), ""):
            size += len(line)
            if size > SNIFFED and lines:
                break
            lines.append(line if comment is None else _without_comment(line, comment))
    return lines


def _without_comment(line: str, comment: str) -> str:
    """Cut a line off at the first sign of a comment that is not in quotes."""
    parts = line.split(comment)
    for count in range(1, len(parts)):
        before = comment.join(parts[:count])
        if before.count('"') % 2 == 0:
            return before + "\n"
    return line


def _lacks_a_name(rows: list[Line], first: int) -> bool:
    """Return whether the row before the first complete one is a header that lacks one name.

    Else it is a line above the header. A header is followed by values, not by names.
    """
    above, below = rows[first - 1].fields, rows[first].fields
    regular = sum(len(row.fields) == len(below) for row in rows[first:])
    if len(above) != len(below) - 1 or regular < 0.95 * len(rows[first:]):
        return False
    return not below[-1] or any(NUMBER.fullmatch(field) for field in below)


def _padded(path: Path, names: list[str], rows: list[Line], count: int, given: bool) -> list[str]:
    """Return a name for each column. An empty one is added in front or at the end if there is one too few.

    Raises:
        InputError: there are more or fewer names than fields.
    """
    full = [row.fields for row in rows if len(row.fields) == count]
    if full and len(names) == count - 1 and not any(fields[-1] for fields in full):
        return [*names, ""]
    if full and 1 < len(names) == count - 1 and not given and len({fields[0] for fields in full}) == len(full):
        return ["", *names]  # the first column names the rows, as in files of R
    if full and len(names) != count and count > 1:
        raise InputError(
            f"{path}: line {rows[0].end} has {count} fields, expected {len(names)}, one for each name of "
            f"{', '.join(names)}; put a text or number that has the separator in it into quotes"
        )
    return names


def _distinct(names: list[str]) -> tuple[list[str], list[str]]:
    """Return the names without blanks around them, and each once: a second `a` becomes `a.1`, as pandas has it.

    Also return sentences on the names that were changed.
    """
    stripped = [name.strip("\ufeff ") for name in names]
    if stripped:
        stripped[0] = stripped[0].removeprefix("#").lstrip()  # as NumPy writes the first name
    known: set[str | None] = set()
    notes = []
    for number, name in enumerate(stripped):
        if name in known:
            stripped[number] = next(new for n in range(1, len(stripped) + 1) if (new := f"{name}.{n}") not in known)
            notes.append(f"two columns have the name {name!r}; the second is called {stripped[number]!r}")
        known.add(stripped[number] or None)  # names may be empty
    return stripped, notes
