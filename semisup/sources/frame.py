"""Read CSV and Parquet files into frames, whole or in chunks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from semisup.data import cleaning
from semisup.errors import InputError
from semisup.settings.sources import TableOptions
from semisup.sources import csv_file, csv_layout, other_kinds
from semisup.sources.csv_layout import Layout

PARQUET = b"PAR1"  # how such a file begins and ends, whatever its name


class Read(NamedTuple):
    """The rows of a file.

    Attributes:
        frame: the rows, with their numbers as index.
        notes: sentences on what was guessed.
        words: columns with a word such as NA that was taken as a missing value, and the word.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...]
    words: dict[str, str]


def read(path: Path, settings: TableOptions) -> Read:
    """Read a file, without the columns that are dropped.

    Raises:
        InputError: the file is missing or damaged, or has no rows.
    """
    with _readable(path):
        how = _layout(path, settings)
        words: dict[str, str] = {}
        frames = [_cleaned(path, part, settings, words) for part in _parts(path, settings, how)]
        if not frames:
            raise _no_row(path)
        rows, notes = frames[0], how.notes if how else _parquet_notes(path)
        filled = np.flatnonzero(rows.notna().any(axis=1))
        if len(filled) > 0 and filled[-1] + 1 < len(rows):
            notes += (f"{path}: {len(rows) - filled[-1] - 1} empty rows at the end left out",)
            rows = rows.iloc[: filled[-1] + 1]
        return Read(rows, notes, words)


def chunks(path: Path, settings: TableOptions, rows: int) -> Iterator[tuple[int, pd.DataFrame]]:
    """Read a file in chunks of `rows` rows. Raises as `read`.

    Yields:
        The row number of the first row, and the chunk.
    """
    first = 0
    with _readable(path):
        for part in _parts(path, settings, _layout(path, settings), rows):
            part.index = range(first, first + len(part))
            yield first, _cleaned(path, part, settings, {})
            first += len(part)
    if first == 0:
        raise _no_row(path)


def notes(path: Path, settings: TableOptions) -> tuple[str, ...]:
    """Return sentences on how the file is laid out, where that was guessed. Raises as `read`."""
    with _readable(path):
        how = _layout(path, settings)
        return how.notes if how else _parquet_notes(path)


def quoted(path: Path, settings: TableOptions, word: str) -> bool:
    """Return whether a word stands in quotes wherever it is a field of a CSV file."""
    return not _is_parquet(path) and csv_file.quoted(path, csv_layout.of(path, settings), word)


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(other_kinds.BEGINNING)
        file.seek(max(0, path.stat().st_size - len(PARQUET)))
        ends_so = file.read() == PARQUET
    if path.suffix == ".parquet" and not start.startswith(PARQUET):
        other_kinds.refuse(path, start, "a Parquet file")
    return path.suffix == ".parquet" or (start.startswith(PARQUET) and ends_so)


def _layout(path: Path, settings: TableOptions) -> Layout | None:
    return None if _is_parquet(path) else csv_layout.of(path, settings)


def _parts(path: Path, settings: TableOptions, how: Layout | None, rows: int | None = None) -> Iterator[pd.DataFrame]:
    if how is not None:
        yield from csv_file.read(path, settings, how, rows)
        return
    with parquet.ParquetFile(path) as file:
        csv_layout.check_width(path, len(file.schema_arrow))
        names = [field.name for field in file.schema_arrow if not _is_nested(field)]
        for part in [file.read(names)] if rows is None else file.iter_batches(rows, columns=names):
            yield part.to_pandas().reset_index(drop=True)


def _is_nested(field: pa.Field) -> bool:
    """Return whether a column of a Parquet file holds lists or records, which are not read."""
    return pa.types.is_nested(field.type)


def _no_row(path: Path) -> InputError:
    return InputError(f"{path}: expected at least one row, found none")


def _parquet_notes(path: Path) -> tuple[str, ...]:
    """Return sentences on columns of a Parquet file that are left out: the index of a saved frame, lists, records."""
    with parquet.ParquetFile(path) as file:
        schema = file.schema_arrow
    index = [name for name in (schema.pandas_metadata or {}).get("index_columns", []) if isinstance(name, str)]
    names = [repr(name) for name in index if not name.startswith("__")]
    notes = [" ".join(["the index", *names, "of the saved frame left out"])] * bool(index)
    notes += [f"column {field.name!r} holds {field.type}, left out" for field in schema if _is_nested(field)]
    return tuple(f"{path}: {note}" for note in notes)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn all errors of the block, which reads a file, into an InputError."""
    if not path.is_file():
        raise InputError(f"{path}: no such file, expected a table (.csv, .parquet)")
    try:
        yield
    except InputError:
        raise
    except UnicodeError as error:
        raise InputError(f"{path}: expected another text encoding ({error}); --encoding says which it is") from None
    except Exception as error:  # a damaged file can raise anything
        reason, kind = " ".join(str(error).split()), "Parquet file" if _is_parquet(path) else "table"
        raise InputError(f"{path}: not a readable {kind}, it is damaged or of another kind ({reason})") from None


def _cleaned(path: Path, frame: pd.DataFrame, settings: TableOptions, found: dict[str, str]) -> pd.DataFrame:
    """Drop columns and strip texts as the settings say. Column names become text.

    In a CSV file, words such as NA become missing values, and are added to `found`. Those of the target are read by
    `target_column`.

    Raises:
        InputError: two columns have the same name.
    """
    frame.columns = frame.columns.map(str)
    if not frame.columns.is_unique:
        duplicate = frame.columns[frame.columns.duplicated()][0]
        raise InputError(f"{path}: expected each column once, found {duplicate!r} twice")
    frame = frame.drop(columns=settings.drop, errors="ignore")
    typed, target = _is_parquet(path), (settings.target or "").strip().lower()
    for column in frame:
        has_words = not typed and column.lower() != target
        words = {*settings.missing, *(cleaning.UNKNOWN if has_words else ())}
        frame[column], word = cleaning.cleaned(frame[column], settings.strip, words)
        if word is not None:
            found[column] = word
    return frame
