"""Raw inputs from a file, a chunk at a time: any size, in the memory of one chunk."""

import math
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from semisup.data.scaling import Scaling
from semisup.data.validation import BYTES
from semisup.errors import InputError
from semisup.sources import files, listing
from semisup.sources.npy_header import header
from semisup.system import zip_archive as archives

if TYPE_CHECKING:
    import pandas as pd

    from semisup.data.columns import Columns

VALUES = 2**21  # numbers in a chunk, about
MOST_ROWS = 8192


def chunks(
    path: Path, shape: tuple[int, ...], scaling: "Scaling | Columns"
) -> Iterator[tuple[int, "np.ndarray | pd.DataFrame"]]:
    """Read one file as it is.

    Args:
        path: as in `files.read`, or a folder of pictures.
        shape: of one input of the network.
        scaling: of its training inputs.

    Yields:
        The number of the first input of a chunk, and (n, ...) inputs or n rows of a table, as `matching.scaled` takes
        them.

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
        from semisup.sources import table

        texts = [column.name for column in scaling.columns if column.kind == "category"]
        yield from table.frames(path, scaling.table, rows, texts)
    elif path.suffix in files.ARRAYS:
        yield from _array(path, shape, rows)
    else:
        yield 0, _picture(path, shape, scaling)[None]


def names(path: Path) -> list[str] | None:
    """The pictures of a folder, one a row; None for what is no folder."""
    return list(listing.below(path.resolve())) if path.is_dir() else None


def _folder(
    path: Path, shape: tuple[int, ...], scaling: "Scaling | Columns", rows: int
) -> Iterator[tuple[int, np.ndarray]]:
    root, found = path.resolve(), names(path)
    if not isinstance(scaling, Scaling):
        raise InputError(f"{path}: expected a table as in training, found a folder")
    if not found:
        raise InputError(f"{path}: expected pictures in it, found no file")
    for file in found:
        if problem := listing.problem(root, file):
            raise InputError(f"{root / file}: expected a picture, found {problem}")
    for first in range(0, len(found), rows):
        yield first, np.stack([_picture(root / file, shape, scaling) for file in found[first : first + rows]])


def _picture(path: Path, shape: tuple[int, ...], scaling: Scaling) -> np.ndarray:
    raw = files.picture(path, shape, scaling)  # (height, width, channels)
    return np.rint(raw).astype(np.uint8) if scaling.rule == BYTES else raw


def _array(path: Path, shape: tuple[int, ...], rows: int) -> Iterator[tuple[int, np.ndarray]]:
    """Of an array file, or of `x` in an archive, whose bytes come in the order of the rows."""
    try:
        with ExitStack() as stack:
            file = stack.enter_context(path.open("rb"))
            size = path.stat().st_size
            if path.suffix == ".npz":
                archive = stack.enter_context(archives.opened(file))
                if "x.npy" not in archive.namelist():
                    found = ", ".join(name.removesuffix(".npy") for name in archive.namelist()) or "none"
                    raise InputError(f"{path}: array 'x' is missing, found {found}")
                size = archive.getinfo("x.npy").file_size
                file = stack.enter_context(archive.open("x.npy"))
            found, by_columns, kind = header(file)
            if kind.hasobject:
                raise ValueError("Python objects, which are not read")
            if found in (shape, shape[:2] if shape[2:] == (1,) else shape):
                found = (1, *found)  # one input
            if len(found) < 2 or 0 in found:  # whatever is wrong is told by who looks at it
                yield 0, np.empty(found, kind)
                return
            missing = math.prod(found) * kind.itemsize - (size - file.tell())
            if missing > 0:
                raise ValueError(f"it ends {missing:,} bytes too early")
            rows = max(1, min(rows, VALUES // math.prod(found[1:])))
            if by_columns:  # no row is whole before the end
                values = np.frombuffer(_exactly(file, math.prod(found) * kind.itemsize), kind)
                whole = values.reshape(found, order="F")
                yield from ((first, whole[first : first + rows]) for first in range(0, len(whole), rows))
                return
            for first in range(0, found[0], rows):
                part = (min(rows, found[0] - first), *found[1:])
                yield first, np.frombuffer(_exactly(file, math.prod(part) * kind.itemsize), kind).reshape(part)
    except InputError:
        raise
    except Exception as error:  # whatever a damaged file raises
        raise InputError(f"{path}: not a readable array, it is damaged or of another kind ({error})") from None


def _exactly(file: IO[bytes], count: int) -> bytes:
    found = file.read(count)
    if len(found) < count:
        raise ValueError(f"it ends {count - len(found):,} bytes too early")
    return found
