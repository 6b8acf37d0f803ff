"""Read raw inputs from a file of any size in chunks. Only one chunk is in memory at a time."""

import math
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.sources import files, keys, listing
from semisup.sources.npy_header import header
from semisup.system import zip_archive as archives

if TYPE_CHECKING:
    import pandas as pd

    from semisup.data.columns import Columns

VALUES = 2**21  # largest number of values in a chunk, unless a single row has more
MOST_ROWS = 8192


def chunks(
    path: Path, shape: tuple[int, ...], scaling: "Scaling | Columns"
) -> Iterator[tuple[int, "np.ndarray | pd.DataFrame"]]:
    """Read one file in chunks, without checks and scaling.

    Args:
        path: as in `files.read`, or a folder of pictures.
        shape: shape of one input of the network.
        scaling: scaling of its training inputs.

    Yields:
        The row number of the first input of a chunk, and (n, ...) inputs or n rows of a table. `validation.scaled`
        checks and scales them.

    Raises:
        InputError: the file is missing, damaged or of another kind.
    """
    rows = max(1, min(MOST_ROWS, VALUES // math.prod(shape)))
    if path.is_dir():
        yield from _folder(path, shape, scaling, rows)
        return
    if not path.is_file():
        raise InputError(
            f"{path}: no such file, expected an array (.npy, .npz), a table, a picture or a folder of them"
        )
    if not isinstance(scaling, Scaling):
        from semisup.sources import frame

        yield from frame.chunks(path, scaling.table, rows)
    elif path.suffix in files.ARRAYS:
        yield from _array(path, shape, rows)
    else:
        yield 0, files.picture(path, shape, scaling)[None]


def names(path: Path) -> list[str] | None:
    """Return the names of the pictures of a folder, one for each row; None if the path is no folder."""
    return list(listing.below(path.resolve())) if path.is_dir() else None


def _folder(
    path: Path, shape: tuple[int, ...], scaling: "Scaling | Columns", rows: int
) -> Iterator[tuple[int, np.ndarray]]:
    root, files_below = path.resolve(), names(path)
    if not isinstance(scaling, Scaling):
        raise InputError(f"{path}: expected a table as in training, found a folder")
    if not files_below:
        raise InputError(f"{path}: expected pictures in it, found no file")
    for file in files_below:
        if problem := listing.problem(root, file):
            raise InputError(f"{root / file}: expected a picture, found {problem}")
    for first in range(0, len(files_below), rows):
        yield (
            first,
            np.stack([files.picture(root / file, shape, scaling) for file in files_below[first : first + rows]]),
        )


def _array(path: Path, shape: tuple[int, ...], rows: int) -> Iterator[tuple[int, np.ndarray]]:
    """Read an `.npy` file, or the inputs of an `.npz` archive, in chunks of at most `rows` rows."""
    try:
        with ExitStack() as stack:
            file = stack.enter_context(path.open("rb"))
            size = path.stat().st_size
            if path.suffix == ".npz":
                archive = stack.enter_context(archives.opened(file))
                entries = {name.removesuffix(".npy"): name for name in archive.namelist()}
                entry = entries[keys.inputs(str(path), list(entries))]
                size = archive.getinfo(entry).file_size
                file = stack.enter_context(archive.open(entry))
            stored_shape, by_columns, dtype = header(file)
            if dtype.hasobject:
                raise ValueError("Python objects, which are not read")
            if stored_shape in (shape, shape[:2] if shape[2:] == (1,) else shape):
                stored_shape = (1, *stored_shape)  # one input
            if len(stored_shape) < 2 or 0 in stored_shape:  # the wrong shape is reported by `validation.scaled`
                yield 0, np.empty(stored_shape, dtype)
                return
            missing = math.prod(stored_shape) * dtype.itemsize - (size - file.tell())
            if missing > 0:
                raise ValueError(f"it ends {missing:,} bytes too early")
            rows = max(1, min(rows, VALUES // math.prod(stored_shape[1:])))
            if by_columns:  # in Fortran order no row is complete before the end of the file
                values = np.frombuffer(_exactly(file, math.prod(stored_shape) * dtype.itemsize), dtype)
                x = values.reshape(stored_shape, order="F")
                yield from ((first, x[first : first + rows]) for first in range(0, len(x), rows))
                return
            for first in range(0, stored_shape[0], rows):
                part_shape = (min(rows, stored_shape[0] - first), *stored_shape[1:])
                yield (
                    first,
                    np.frombuffer(_exactly(file, math.prod(part_shape) * dtype.itemsize), dtype).reshape(part_shape),
                )
    except InputError:
        raise
    except Exception as error:  # a damaged file can raise anything
        raise InputError(f"{path}: not a readable array, it is damaged or of another kind ({error})") from None


def _exactly(file: IO[bytes], count: int) -> bytes:
    """Read `count` bytes. Raises ValueError if there are fewer."""
    content = file.read(count)
    if len(content) < count:
        raise ValueError(f"it ends {count - len(content):,} bytes too early")
    return content
