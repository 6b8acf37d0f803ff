"""Read CSV files as texts. What the texts stand for is decided later, and told."""

import codecs
from pathlib import Path
from typing import Any

import pandas as pd

from semisup.errors import InputError
from semisup.settings.sources import TableOptions
from semisup.sources.separator import separator
from semisup.system import progress

SNIFFED = 65536  # characters from which the separator is guessed
BLOCK = 2**20  # bytes that are decoded at once to find the encoding
WINDOWS = "cp1252"
MOST_COLUMNS = 10_000  # preparing each one takes some milliseconds
# Words that mean a missing value, as pandas has them.
MISSING = frozenset({"#N/A", "#NA", "-NaN", "-nan", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"})


def read(path: Path, settings: TableOptions, **options: Any) -> Any:
    """Read a file: return a frame of texts or, with `chunksize`, an iterator over frames.

    An empty field, or one of `settings.missing`, is a missing value.

    Raises:
        InputError: it has too many columns.
    """
    encoding = settings.encoding or encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        mark = separator(file.read(SNIFFED))
        file.seek(0)
        check_width(path, 1 + file.readline().count(mark))
    return pd.read_csv(
        path,
        sep=mark,
        header=None if settings.columns else 0,
        names=settings.columns,
        index_col=False,
        skipinitialspace=True,
        comment=settings.comment,
        dtype=str,
        keep_default_na=False,
        na_values=["", *settings.missing],
        encoding=encoding,
        low_memory=False,
        **options,
    )


def check_width(path: Path, count: int) -> None:
    """Raise InputError if a table has too many columns."""
    if count > MOST_COLUMNS:
        raise InputError(f"{path}: expected at most {MOST_COLUMNS} columns, or an array (.npz) instead, found {count}")


def encoding_of(path: Path) -> str:
    """Return the encoding of a file: UTF-16 if it begins so, UTF-8 if all of it is, else cp1252, with a warning."""
    with path.open("rb") as file:
        start = file.read(len(codecs.BOM_UTF16_LE))
        if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
            return "utf-8-sig"
        except UnicodeDecodeError:
            progress.warn(f"{path}: not in UTF-8, read as {WINDOWS}; --encoding says another")
            return WINDOWS
