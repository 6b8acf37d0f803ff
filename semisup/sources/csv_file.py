"""Read CSV files as texts. What the texts stand for is decided later, and told."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pandas as pd

from semisup.data.validation import UNNAMED
from semisup.errors import InputError
from semisup.settings.sources import TableOptions
from semisup.sources import text_file
from semisup.sources.csv_layout import Layout
from semisup.sources.separator import Doubled


def read(path: Path, settings: TableOptions, layout: Layout, rows: int | None = None) -> Iterator[pd.DataFrame]:
    """Read a file.

    An empty field, or one of `settings.missing`, is a missing value.

    Args:
        path: path of the file.
        settings: how it is read.
        layout: how it is laid out.
        rows: rows in a chunk. Default: all.

    Yields:
        A frame of texts for each chunk.

    Raises:
        InputError: a row has too many fields.
    """
    how = layout.dialect
    with text_file.opened(path, layout.encoding) as file:
        for _ in islice(iter(file.readline, ""), layout.skipped):
            pass
        try:
            with _strict():
                parts = pd.read_csv(
                    Doubled(file, how.quote) if how.escaped else file,
                    sep=r"\s+" if how.separator == " " else how.separator,
                    quotechar=how.quote,
                    header=None,
                    names=range(len(layout.names)),
                    index_col=False,
                    skipinitialspace=True,
                    comment=settings.comment,
                    dtype=str,
                    keep_default_na=False,
                    na_values=["", *_words(settings.missing)],
                    low_memory=False,
                    chunksize=rows,
                )
            parts = iter([parts]) if rows is None else parts
            while True:
                with _strict():
                    part = next(parts, None)
                if part is None:
                    return
                if len(part):
                    yield _named(part, layout, rows is None)
        except pd.errors.EmptyDataError:
            return
        except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
            found = re.search(r"in line (\d+), saw", str(error))
            if found is None and isinstance(error, pd.errors.ParserError):
                raise
            line = layout.skipped + (int(found[1]) if found else 1)
            raise InputError(
                f"{path}: line {line} has more than {len(layout.names)} fields, one for each column; put a text or "
                f"number that has {how.separator!r} in it into quotes"
            ) from None


@contextmanager
def _strict() -> Iterator[None]:
    """Turn pandas' warning that fields are left out into an error. It ends before rows are handed on."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        yield


def quoted(path: Path, layout: Layout, word: str) -> bool:
    """Return whether a word stands in quotes wherever it is a field."""
    mark, escaped = re.escape(layout.dialect.separator), re.escape(word)
    bare = re.compile(rf"(?:^|{mark}) *{escaped} *(?:[\r\n]|$|{mark})")
    with text_file.opened(path, layout.encoding) as file:
        found = [f'"{word}"' in line for line in file if word in line and (bare.search(line) or f'"{word}"' in line)]
    return bool(found) and all(found)


def _words(missing: list[str]) -> list[str]:
    """Add to each number its spelling with a point, for columns of whole numbers that have been floats."""
    return missing + [f"{word}.0" for word in missing if re.fullmatch(r"[-+]?\d+", word)]


def _named(part: pd.DataFrame, layout: Layout, whole: bool) -> pd.DataFrame:
    """Name the columns, without those that are left out.

    In a chunk that is not the whole file, a column without a name stays, since other chunks may have values in it.
    """
    left_out = [n for n, name in enumerate(layout.names) if whole and not name and part[n].isna().all()]
    part = part.drop(columns=left_out + [0] * (layout.row_names and 0 not in left_out))
    part.columns = [layout.names[n] or f"{UNNAMED} {n + 1}" for n in part.columns]
    return part
