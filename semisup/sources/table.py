"""Read tables: CSV and Parquet files. Each row is an input, and one column is its class."""

import dataclasses
import difflib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from semisup.data import columns, row_origin
from semisup.data.columns import Columns
from semisup.data.dataset import UNLABELLED, Arrays
from semisup.data.labels import check_classes
from semisup.data.row_origin import RowOrigin
from semisup.data.test_split import hold_out_rows
from semisup.errors import InputError
from semisup.settings.sources import TableOptions
from semisup.sources import frame, surprises, target_column
from semisup.sources.source import Reading

Notes = tuple[str, ...]


class Rows(NamedTuple):
    """Training rows: the columns, (n,) int64 classes or -1, and where each comes from."""

    frame: pd.DataFrame
    y: np.ndarray
    origin: RowOrigin


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
    whole, notes, words = frame.read(path, dataclasses.replace(settings, drop=[]))
    whole = _without(path, whole, settings.drop)
    settings, renamed = _spelled(path, whole, settings)
    classes, said = target_column.read(path, whole[settings.target], settings)
    class_names = fitted.class_names if fitted is not None else sorted({name for name in classes if name is not None})
    labelled = sum(name is not None for name in classes)
    if labelled:
        check_classes(f"{path}: target column {settings.target!r}", len(class_names), labelled, len(classes))
    y = target_column.codes(path, settings.target, classes, class_names)
    notes += renamed + said
    held_out = settings.test is None
    if held_out:
        rows, rows_test = hold_out_rows(f"{path}: target {settings.target!r}", y)
        train = Rows(whole.iloc[rows], y[rows], row_origin.in_file(str(path), rows))
        test, y_test = whole.iloc[rows_test], y[rows_test]
    else:
        train = Rows(whole, y, row_origin.in_file(str(path), np.arange(len(whole))))
        test, y_test, said = _test_rows(Path(settings.test), settings, class_names)
        notes += said
    if settings.unlabelled is not None:
        train, said = _with_unlabelled(path, train, settings)
        notes += said
    _check_columns(settings.test or path, test, train.frame)
    features = train.frame.drop(columns=settings.target)
    fitted = fitted or columns.fit(features, class_names, settings, str(path))
    x = fitted(features, str(path))
    x_test = fitted(test, settings.test or str(path), strays=held_out and not settings.strict)  # rows of the same file
    notes += surprises.notes(path, whole, fitted, words)
    notes += () if held_out else surprises.codes(Path(settings.test), test, fitted)
    return Arrays(
        x, train.y, x_test, y_test, class_names, origin=train.origin, columns=fitted, held_out=held_out, notes=notes
    )


def _test_rows(path: Path, settings: TableOptions, class_names: list[str]) -> tuple[pd.DataFrame, np.ndarray, Notes]:
    """Read the test set: its rows, their classes, and sentences on what was guessed. Raises as `rows_of`."""
    test, notes, _ = frame.read(path, settings)
    if settings.target not in test:
        raise InputError(f"{path}: target column {settings.target!r} is missing")
    classes, _ = target_column.read(path, test[settings.target], settings)
    y = target_column.codes(path, settings.target, classes, class_names)
    if class_names and UNLABELLED in y:
        row = y.tolist().index(UNLABELLED)
        raise InputError(f"{path}: target column {settings.target!r} is empty in row {row}, expected a class")
    return test, y, notes


def _with_unlabelled(path: Path, train: Rows, settings: TableOptions) -> tuple[Rows, Notes]:
    """Add the rows of the unlabelled table. Raises as `rows_of`."""
    more, notes, _ = frame.read(Path(settings.unlabelled), settings)
    more = more.drop(columns=settings.target, errors="ignore")
    _check_columns(settings.unlabelled, more, train.frame)
    columns.check_kinds(train.frame.drop(columns=settings.target), more, settings, str(path), settings.unlabelled)
    together = Rows(
        pd.concat([train.frame, more], ignore_index=True),
        np.concatenate([train.y, np.full(len(more), UNLABELLED)]),
        row_origin.one_after_another(train.origin, row_origin.in_file(settings.unlabelled, np.arange(len(more)))),
    )
    return together, notes


def _spelled(path: Path, train: pd.DataFrame, settings: TableOptions) -> tuple[TableOptions, Notes]:
    """Return the settings with the target as the file spells it, and a sentence if that is another spelling.

    Raises:
        InputError: there is no such column.
    """
    target, names = str(settings.target), list(train.columns)
    if target in names:
        return settings, ()
    alike = [name for name in names if name.strip().lower() == target.strip().lower()]
    if len(alike) == 1:
        return dataclasses.replace(settings, target=alike[0]), (f"{path}: target {target!r} taken as {alike[0]!r}",)
    if len(names) == 1 and any(mark in names[0] for mark in ",;\t|"):
        raise InputError(f"{path}: expected columns, found whole rows in quotes or another separator: {names[0]}")
    near = difflib.get_close_matches(target, names, n=1)
    raise InputError(
        f"{path}: target column {target!r} is missing, found {', '.join(names)}"
        + (f"; did you mean {near[0]!r}?" if near else "")
        + ("; if no line of the file names its columns, --columns does" if any(map(_is_number, names)) else "")
    )


def _is_number(name: str) -> bool:
    return name.replace(".", "", 1).isdigit()


def _without(path: Path, train: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Leave columns out. Raises InputError if one is not there."""
    unknown = [name for name in names if name not in train]
    if unknown:
        raise InputError(f"{path}: column {unknown[0]!r} of --drop is missing, found {', '.join(train.columns)}")
    return train.drop(columns=names)


def _check_columns(path: Path | str, frame: pd.DataFrame, train: pd.DataFrame) -> None:
    """Check that a frame has no column that the training rows lack. Raises InputError."""
    unknown = [column for column in frame if column not in train]
    if unknown:
        raise InputError(f"{path}: unknown column {unknown[0]!r}, expected those of the training rows, or --drop it")
