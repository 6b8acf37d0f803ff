"""Read tables: CSV and Parquet files. Each row is an input, and one column is its class."""

import dataclasses
import difflib
from pathlib import Path

import numpy as np
import pandas as pd

from semisup.data import columns, row_origin
from semisup.data.columns import Columns
from semisup.data.dataset import UNLABELLED, Arrays
from semisup.data.test_split import hold_out_rows
from semisup.errors import InputError
from semisup.settings.sources import TableOptions
from semisup.sources import frame, surprises, target_column
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
    train, notes, words = frame.read(path, dataclasses.replace(settings, drop=[]))
    train = _without(path, train, settings.drop)
    settings, renamed = _spelled(path, train, settings)
    target = settings.target
    classes, said = target_column.read(path, train[target], settings)
    notes += renamed + said
    class_names = fitted.class_names if fitted is not None else sorted({name for name in classes if name is not None})
    target_column.check(path, target, classes, class_names)
    y = target_column.codes(path, target, classes, class_names)
    whole = train
    rows = np.arange(len(train))
    if settings.test is None:
        rows, rows_test = hold_out_rows(str(path), y, class_names=class_names)
        test, y_test = train.iloc[rows_test], y[rows_test]
        train, y = train.iloc[rows], y[rows]
    else:
        test, said, _ = frame.read(Path(settings.test), settings)
        if target not in test:
            raise InputError(f"{settings.test}: target column {target!r} is missing")
        classes_test, _ = target_column.read(Path(settings.test), test[target], settings)
        y_test = target_column.codes(settings.test, target, classes_test, class_names)
        if class_names and UNLABELLED in y_test:
            row = y_test.tolist().index(UNLABELLED)
            raise InputError(f"{settings.test}: target column {target!r} is empty in row {row}, expected a class")
        notes += said
    origin = row_origin.in_file(str(path), rows)
    if settings.unlabelled is not None:
        unlabelled, said, _ = frame.read(Path(settings.unlabelled), settings)
        unlabelled = unlabelled.drop(columns=target, errors="ignore")
        notes += said
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
    notes += surprises.notes(path, whole, fitted, words)
    return Arrays(x, y, x_test, y_test, class_names, origin=origin, columns=fitted, held_out=held_out, notes=notes)


def _spelled(path: Path, train: pd.DataFrame, settings: TableOptions) -> tuple[TableOptions, tuple[str, ...]]:
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
