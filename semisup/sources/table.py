"""Read tables: CSV and Parquet files. Each row is an input, and one column is its class."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from pyarrow import parquet

from semisup.data import columns, row_origin
from semisup.data.columns import Columns
from semisup.data.dataset import UNLABELLED, Arrays
from semisup.data.test_split import hold_out_rows
from semisup.errors import InputError
from semisup.settings.sources import TableOptions
from semisup.sources import csv_file, surprises, target_column
from semisup.sources.source import Reading


def read(source: str, reading: Reading) -> Arrays:
    """Read a table. Raises as `rows_of`."""
    if reading.table is None:
        raise InputError(f"data: expected an array or pictures as in training, found the table {source}")
    return rows_of(Path(source), reading.table, reading.columns)


def rows_of(path: Path, settings: TableOptions, fitted: Columns | None = None) -> Arrays:
    """Read a table and bring its columns to [0, 1].

    Args:
        path: path of a `.parquet` file or of a CSV file.
        settings: which column is the class, which files belong to the table, and how they are read.
        fitted: the preprocessing of an earlier run. Default: fit a new one to the training rows.

    Returns:
        The arrays, with (rows, features) float32 inputs and the preprocessing as `columns`. If there is no test file,
        the test set is held out here, before the preprocessing is fitted.

    Raises:
        InputError: a file is missing or damaged, or a column is missing or of another kind than in training.
    """
    train, target = read_frame(path, settings), settings.target
    if target not in train:
        raise InputError(f"{path}: target column {target!r} is missing, found {', '.join(map(str, train.columns))}")
    classes, notes = target_column.read(path, train[target], settings)
    class_names = fitted.class_names if fitted is not None else sorted({name for name in classes if name is not None})
    target_column.check(path, target, classes, class_names)
    y = target_column.codes(path, target, classes, class_names)
    whole = train
    rows = np.arange(len(train))
    if settings.test is None:
        rows, rows_test = hold_out_rows(str(path), y)
        test, y_test = train.iloc[rows_test], y[rows_test]
        train, y = train.iloc[rows], y[rows]
    else:
        test = read_frame(Path(settings.test), settings)
        if target not in test:
            raise InputError(f"{settings.test}: target column {target!r} is missing")
        classes_test, _ = target_column.read(settings.test, test[target], settings)
        y_test = target_column.codes(settings.test, target, classes_test, class_names)
    origin = row_origin.in_file(str(path), rows)
    if settings.unlabelled is not None:
        unlabelled = read_frame(Path(settings.unlabelled), settings).drop(columns=target, errors="ignore")
        _check_columns(settings.unlabelled, unlabelled, train)
        if fitted is None:  # check that its columns are of the same kinds
            columns.fit(train.drop(columns=target), class_names, settings, str(path))(unlabelled, settings.unlabelled)
        train = pd.concat([train, unlabelled], ignore_index=True)
        y = np.concatenate([y, np.full(len(unlabelled), UNLABELLED)])
        origin_unlabelled = row_origin.in_file(settings.unlabelled, np.arange(len(unlabelled)))
        origin = row_origin.one_after_another(origin, origin_unlabelled)
    _check_columns(settings.test or path, test, train)
    features = train.drop(columns=target)
    fitted = fitted or columns.fit(features, class_names, settings, str(path))
    held_out = settings.test is None
    x = fitted(features, str(path))
    x_test = fitted(test, settings.test or str(path), strays=held_out and not settings.strict)  # rows of the same file
    notes += surprises.notes(path, whole, fitted)
    return Arrays(x, y, x_test, y_test, class_names, origin=origin, columns=fitted, held_out=held_out, notes=notes)


def read_frame(path: Path, settings: TableOptions) -> pd.DataFrame:
    """Read a file, without the columns that are dropped.

    Raises:
        InputError: the file is missing or damaged, or has no rows.
    """
    with _readable(path):
        frame = _read_parquet(path) if path.suffix == ".parquet" else csv_file.read(path, settings)
    if len(frame) == 0:
        raise InputError(f"{path}: expected at least one row, found none")
    return _cleaned(path, frame, settings)


def frames(path: Path, settings: TableOptions, rows: int) -> Iterator[tuple[int, pd.DataFrame]]:
    """Read a file in chunks of `rows` rows. Raises as `read_frame`.

    Args:
        path: path of the file.
        settings: how it is read.
        rows: rows in a chunk.

    Yields:
        The row number of the first row, and the chunk.
    """
    first = 0
    with _readable(path):
        for frame in _parquet_frames(path, rows) if path.suffix == ".parquet" else _csv_frames(path, settings, rows):
            frame.index = range(first, first + len(frame))
            yield first, _cleaned(path, frame, settings)
            first += len(frame)
    if first == 0:
        raise InputError(f"{path}: expected at least one row, found none")


def _read_parquet(path: Path) -> pd.DataFrame:
    with parquet.ParquetFile(path) as file:
        csv_file.check_width(path, len(file.schema_arrow))
        return file.read().to_pandas()


def _parquet_frames(path: Path, rows: int) -> Iterator[pd.DataFrame]:
    with parquet.ParquetFile(path) as file:
        csv_file.check_width(path, len(file.schema_arrow))
        yield from (batch.to_pandas() for batch in file.iter_batches(rows))


def _csv_frames(path: Path, settings: TableOptions, rows: int) -> Iterator[pd.DataFrame]:
    with closing(csv_file.read(path, settings, chunksize=rows)) as parts:
        yield from (part for part in parts if len(part))


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn all errors of the block, which reads a file, into an InputError."""
    if not path.is_file():
        raise InputError(f"{path}: no such file, expected a table (.csv, .parquet)")
    try:
        yield
    except InputError:
        raise
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
    for column in frame:
        if frame[column].dtype == object or pd.api.types.is_string_dtype(frame[column]):
            texts = frame[column].astype(object).map(lambda value: _stripped(value, settings.strip))
            words = path.suffix != ".parquet" and column != settings.target
            frame[column] = texts.mask(texts.isin(csv_file.MISSING), None) if words else texts
    return frame


def _stripped(value: object, characters: str) -> object:
    """Strip spaces and then `characters` from both ends of a text. Return None if nothing is left."""
    return value.strip().strip(characters).strip() or None if isinstance(value, str) else value


def _check_columns(path: Path | str, frame: pd.DataFrame, train: pd.DataFrame) -> None:
    """Check that a frame has no column that the training rows lack. Raises InputError."""
    unknown = [column for column in frame if column not in train]
    if unknown:
        raise InputError(f"{path}: unknown column {unknown[0]!r}, expected those of the training rows, or --drop it")
