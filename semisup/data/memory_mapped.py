"""Inputs larger than memory: rows of a `.npy` file that are read only when they are used."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from semisup.errors import InputError

if TYPE_CHECKING:
    from semisup.data.scaling import Scaling

CHUNK = 2**22  # bytes of float32 that are read at once; scaling them takes a few times as much


@dataclass(frozen=True)
class Mapped:
    """Inputs in a file, used like an array: it has a length and a shape, and indexing it returns arrays.

    Each access maps the file anew and then releases its memory. No method changes the file or the object.

    Attributes:
        path: the `.npy` file.
        rows: (n,) integers, row numbers in the file, in the order of the inputs.
        input_shape: shape of one input.
        stored: dtype in the file.
        scaling: brings the rows to float32 in [0, 1] as they are read; None leaves them as they are stored.
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
        """Read one row by its number, or several by a slice, an array of row numbers or a mask."""
        rows = self.rows[key]
        stored = np.load(self.path, mmap_mode="r", allow_pickle=False)
        values = np.asarray(np.take(stored, rows, axis=0)).reshape(np.shape(rows) + self.input_shape)
        return values if self.scaling is None else self.scaling(values)

    def reshape(self, rows: int, *shape: int) -> "Mapped":
        """Return the same rows, each in another shape; -1 as in NumPy. `rows` is ignored: it stays n."""
        return replace(self, input_shape=np.empty(self.input_shape, np.bool_).reshape(shape).shape)

    def __array__(self, *of_numpy: Any, **more: Any) -> NoReturn:
        raise InputError(
            f"{self.path}: expected data that fits into memory, such as an .npz file: it is needed whole here"
        )


Inputs = np.ndarray | Mapped


def numbers(rows: int) -> np.ndarray:
    """Return 0 to rows - 1 in the smallest unsigned dtype. With very many rows, eight bytes for each are too much."""
    return np.arange(rows, dtype=np.min_scalar_type(rows))


def some(x: Inputs, rows: np.ndarray) -> Inputs:
    """Select rows of the inputs by number or mask. Those of a mapped file are not read yet."""
    return replace(x, rows=x.rows[rows]) if isinstance(x, Mapped) else x[rows]


def scaled(x: Inputs, scaling: "Scaling") -> Inputs:
    """Scale raw inputs to [0, 1]. Those of a mapped file are scaled when they are read."""
    return replace(x, scaling=scaling) if isinstance(x, Mapped) else scaling(x)


def chunks(x: Inputs) -> Iterator[np.ndarray]:
    """Yield all rows in their order, about CHUNK bytes at a time."""
    size = max(1, CHUNK // (4 * int(np.prod(x.shape[1:]))))
    for start in range(0, len(x), size):
        yield x[start : start + size]
