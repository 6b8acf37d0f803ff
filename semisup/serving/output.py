"""Write a table chunk by chunk, as a whole or not at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from semisup.errors import InputError
from semisup.system import atomic


@contextmanager
def written_whole(path: Path) -> Iterator[Callable[[pd.DataFrame], None]]:
    """Write a `.csv` or `.parquet` file that gets its name at the end of the block.

    Yields a function to call with each chunk of rows. All chunks have the same columns.

    Raises:
        InputError: the file cannot be written.
    """
    try:
        with atomic.new_file(path) as aside, (_parquet if path.suffix == ".parquet" else _csv)(aside) as write:
            yield write
    except OSError as error:
        raise InputError(f"output: {path} cannot be written ({error.strerror})") from None


@contextmanager
def _csv(path: Path) -> Iterator[Callable[[pd.DataFrame], None]]:
    with path.open("w", encoding="utf-8", newline="") as file:
        yield lambda rows: rows.to_csv(file, index=False, header=file.tell() == 0, float_format="%.7g")


@contextmanager
def _parquet(path: Path) -> Iterator[Callable[[pd.DataFrame], None]]:
    writer = None

    def write(rows: pd.DataFrame) -> None:
        nonlocal writer
        table = pa.Table.from_pandas(rows, preserve_index=False)
        writer = writer or parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)

    try:
        yield write
    finally:
        if writer is not None:
            writer.close()
