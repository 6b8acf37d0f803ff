"""Read arrays larger than memory from `.npy` files.

A source is one file of unlabelled inputs, or a folder with `x.npy` and optional `y.npy`, `x_test.npy` and `y_test.npy`,
the same arrays as in an `.npz` archive. `x` is memory-mapped, the others are read.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from semisup.data.dataset import UNLABELLED, Arrays
from semisup.data.memory_mapped import Mapped, numbers
from semisup.errors import InputError
from semisup.sources import keys, npy_header
from semisup.sources.source import Reading

NAMES = "names.json"  # has class names, names of the rows and of the files that were left out


def read(source: str, reading: Reading) -> Arrays:
    """Map an `.npy` file, or `x.npy` of a folder. Raises as `opened`."""
    return opened(Path(source))


def opened(path: Path) -> Arrays:
    """Map an `.npy` file, or `x.npy` of a folder, and read the other arrays of the folder.

    Raises:
        InputError: a file is missing, damaged or unknown, or holds Python objects.
    """
    if not path.is_dir():
        x = _mapped(path)
        return Arrays(x, np.full(len(x), UNLABELLED))
    paths = {file.stem: file for file in sorted(path.glob("*.npy"))}
    names, notes = keys.named(str(path), paths)
    x = _mapped(paths[names["x"]])
    arrays = {key: np.array(_stored(paths[name])) for key, name in names.items() if key != "x"}
    return Arrays(x, **({"y": np.full(len(x), UNLABELLED)} | arrays | _names(path / NAMES, len(x))), notes=notes)


def write_names(path: Path, **names: list[str]) -> None:
    """Write `class_names`, `items` and `skipped` of `Arrays` into a folder, beside its arrays."""
    (path / NAMES).write_text(json.dumps(names))


@contextmanager
def appending(
    path: Path, shape: tuple[int, ...], dtype: npt.DTypeLike = np.uint8
) -> Iterator[Callable[[np.ndarray], None]]:
    """Write an `.npy` file of inputs of a dtype when their number is not known yet.

    Yields:
        A function that appends (n, *shape) inputs to the file.
    """
    rows = 0
    with path.open("w+b") as file:

        def write_header() -> None:
            file.seek(0)
            header = {
                "descr": np.lib.format.dtype_to_descr(np.dtype(dtype)),
                "fortran_order": False,
                "shape": (rows, *shape),
            }
            np.lib.format.write_array_header_1_0(file, header)  # NumPy leaves room for a larger number of rows

        def append(x: np.ndarray) -> None:
            nonlocal rows
            file.write(np.ascontiguousarray(x, dtype).data)
            rows += len(x)

        write_header()
        yield append
        write_header()


def _names(path: Path, rows: int) -> dict[str, list[str]]:
    """Read what `write_names` has written; {} if there is no such file. Raises InputError."""
    if not path.is_file():
        return {}
    try:
        names = json.loads(path.read_text())
        known = {key: names[key] for key in ("class_names", "items", "skipped") if key in names}
        if not all(isinstance(texts, list) and all(isinstance(t, str) for t in texts) for texts in known.values()):
            raise ValueError("not lists of texts")
        if len(known.get("items", range(rows))) != rows:
            raise ValueError(f"{len(known['items'])} names of {rows} rows")
        return known
    except Exception as error:  # any content is possible
        raise InputError(f"{path}: expected the names of classes and rows as JSON ({error})") from None


def _mapped(path: Path) -> Mapped:
    stored = _stored(path)
    if stored.ndim == 0:
        raise InputError(f"{path}: expected rows of inputs, found a single value")
    if stored.nbytes == 0:  # any number of rows may take no byte
        raise InputError(
            f"{path}: expected at least one row and one value in each, found shape {stored.shape} of {stored.dtype}"
        )
    if stored.flags.f_contiguous and not stored.flags.c_contiguous:
        raise InputError(f"{path}: expected rows that lie together, found an array in Fortran order")
    return Mapped(path.resolve(), numbers(len(stored)), stored.shape[1:], stored.dtype)


def _stored(path: Path) -> np.ndarray:
    try:
        npy_header.check(path)
        stored = np.load(path, mmap_mode="r", allow_pickle=False)
        if not isinstance(stored, np.ndarray):
            raise ValueError("an archive")
        return stored
    except Exception as error:  # a damaged file can raise anything
        raise InputError(f"{path}: not a readable array, it is damaged or of another kind ({error})") from None
