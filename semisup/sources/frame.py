"""Read CSV and Parquet files into frames, whole or in chunks."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from pyarrow import parquet

from semisup.errors import InputError
from semisup.settings.sources import TableOptions
from semisup.sources import csv_file, layout
from semisup.sources.layout import Layout

PARQUET = b"PAR1"  # how such a file begins, whatever its name


class Read(NamedTuple):
    """The rows of a file, with their numbers as index; and sentences on what was guessed."""

    frame: pd.DataFrame
    notes: tuple[str, ...]


def read(path: Path, settings: TableOptions) -> Read:
    """Read a file, without the columns that are dropped.

    Raises:
        InputError: the file is missing or damaged, or has no rows.
    """
    with _readable(path):
        how = _layout(path, settings)
        frames = [_cleaned(path, part, settings) for part in _parts(path, settings, how)]
        if not frames:
            raise _no_row(path)
        return Read(frames[0], how.notes if how else _index_notes(path))


def chunks(path: Path, settings: TableOptions, rows: int) -> Iterator[tuple[int, pd.DataFrame]]:
    """Read a file in chunks of `rows` rows. Raises as `read`.

    Yields:
        The row number of the first row, and the chunk.
    """
    first = 0
    with _readable(path):
        for part in _parts(path, settings, _layout(path, settings), rows):
            part.index = range(first, first + len(part))
            yield first, _cleaned(path, part, settings)
            first += len(part)
    if first == 0:
        raise _no_row(path)


def notes(path: Path, settings: TableOptions) -> tuple[str, ...]:
    """Return sentences on how the file is laid out, where that was guessed. Raises as `read`."""
    with _readable(path):
        how = _layout(path, settings)
        return how.notes if how else _index_notes(path)


def quoted(path: Path, settings: TableOptions, word: str) -> bool:
    """Return whether a word stands in quotes wherever it is a field of a CSV file."""
    return not _is_parquet(path) and csv_file.quoted(path, layout.of(path, settings), word)


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return path.suffix == ".parquet" or file.read(len(PARQUET)) == PARQUET


def _layout(path: Path, settings: TableOptions) -> Layout | None:
    return None if _is_parquet(path) else layout.of(path, settings)


def _parts(path: Path, settings: TableOptions, how: Layout | None, rows: int | None = None) -> Iterator[pd.DataFrame]:
    if how is not None:
        yield from csv_file.read(path, settings, how, rows)
        return
    with parquet.ParquetFile(path) as file:
        layout.check_width(path, len(file.schema_arrow))
        for part in [file.read()] if rows is None else file.iter_batches(rows):
            yield part.to_pandas().reset_index(drop=True)


def _no_row(path: Path) -> InputError:
    return InputError(f"{path}: expected at least one row, found none")


def _index_notes(path: Path) -> tuple[str, ...]:
    """Return a sentence if a Parquet file has the index of a saved frame, which is no column of it."""
    with parquet.ParquetFile(path) as file:
        index = (file.schema_arrow.pandas_metadata or {}).get("index_columns", [])
    names = [repr(name) for name in index if isinstance(name, str) and not name.startswith("__")]
    stored = any(isinstance(name, str) for name in index)
    return (" ".join([f"{path}: the index", *names, "of the saved frame left out"]),) * stored


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
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: not a readable table, it is damaged or of another kind ({reason})") from None


def _cleaned(path: Path, frame: pd.DataFrame, settings: TableOptions) -> pd.DataFrame:
    """Drop columns and strip texts as the settings say. Column names become text.

    In a CSV file, words such as NA become missing values. Those of the target are read by `target_column`.

    Raises:
        InputError: two columns have the same name.
    """
    frame.columns = frame.columns.map(str)
    if not frame.columns.is_unique:
        duplicate = frame.columns[frame.columns.duplicated()][0]
        raise InputError(f"{path}: expected each column once, found {duplicate!r} twice")
    frame = frame.drop(columns=settings.drop, errors="ignore")
    words, is_parquet = set(settings.missing), _is_parquet(path)
    target = (settings.target or "").strip().lower()
    missing = [float(word) for word in settings.missing if re.fullmatch(r"[-+]?\d+(\.\d+)?", word)]
    for column in frame:
        if pd.api.types.is_numeric_dtype(frame[column]):
            if missing:
                frame[column] = frame[column].mask(frame[column].isin(missing))
        elif frame[column].dtype == object or pd.api.types.is_string_dtype(frame[column]):
            texts = frame[column].astype(object).map(lambda value: _stripped(value, settings.strip))
            own = words if is_parquet or column.lower() == target else words | csv_file.MISSING
            frame[column] = texts.mask(texts.isin(own), None) if own else texts
    return frame


def _stripped(value: object, characters: str) -> object:
    """Strip spaces and then `characters` from both ends of a text. Return None if nothing is left."""
    return value.strip().strip(characters).strip() or None if isinstance(value, str) else value
