"""Rows of a `.npy` file that are read when they are wanted: inputs that are larger than memory."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from semisup.errors import InputError

if TYPE_CHECKING:
    from semisup.data.scaling import Scaling

CHUNK = 2**22  # bytes of float32 that are read at once; scaling them takes some times as much


@dataclass(frozen=True)
class Mapped:
    """Stands where an array of inputs would: it has a length, a shape, and slices or rows of it are arrays.

    The file is mapped anew for each reading, and its pages are given back with it. No method changes it.

    Attributes:
        path: of the `.npy` file.
        rows: (n,) integers, which rows of the file, in this order.
        input_shape: of one input.
        stored: dtype in the file.
        scaling: brings what is read to float32 in [0, 1]; None leaves it as it is stored.
    """

    path: Path
    rows: np.ndarray
    input_shape: tuple[int, ...]
    stored: np.dtype
    scaling: "Scaling | None" = None

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.rows), *self.input_shape)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def dtype(self) -> np.dtype:
        return self.stored if self.scaling is None else np.dtype(np.float32)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: Any) -> np.ndarray:
        """One row by its number, several by a slice, an array of numbers or a mask."""
        rows = self.rows[key]
        stored = np.load(self.path, mmap_mode="r", allow_pickle=False)
        found = np.asarray(np.take(stored, rows, axis=0)).reshape(np.shape(rows) + self.input_shape)
        return found if self.scaling is None else self.scaling(found)

    def reshape(self, rows: int, *shape: int) -> "Mapped":
        """The same rows, each in another shape; -1 as in NumPy."""
        return replace(self, input_shape=np.empty(self.input_shape, np.bool_).reshape(shape).shape)

    def __array__(self, *of_numpy: Any, **more: Any) -> NoReturn:
        raise InputError(
            f"{self.path}: expected data that fits into memory, such as an .npz file: this needs all of it at once"
        )


Inputs = np.ndarray | Mapped


def numbers(rows: int) -> np.ndarray:
    """0 to rows - 1 in as few bytes as hold them: of data that is larger than memory, eight a row count."""
    return np.arange(rows, dtype=np.min_scalar_type(rows))


def some(x: Inputs, rows: np.ndarray) -> Inputs:
    """Those rows of the inputs, of a mapped file without reading them."""
    return replace(x, rows=x.rows[rows]) if isinstance(x, Mapped) else x[rows]


def scaled(x: Inputs, scaling: "Scaling") -> Inputs:
    """The raw inputs in [0, 1], those of a mapped file when they are read."""
    return replace(x, scaling=scaling) if isinstance(x, Mapped) else scaling(x)


def chunks(x: Inputs) -> Iterator[np.ndarray]:
    """All rows in their order, a part at a time."""
    size = max(1, CHUNK // (4 * int(np.prod(x.shape[1:]))))
    for start in range(0, len(x), size):
        yield x[start : start + size]
