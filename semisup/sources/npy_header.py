"""Check the header of an `.npy` file before NumPy maps it, because some wrong shapes crash the process."""

import math
from pathlib import Path
from typing import IO

import numpy as np


def header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Read the header of an `.npy` file.

    Returns:
        Shape, whether the first axis varies fastest (Fortran order), and dtype.

    Raises:
        ValueError: the header is of an unknown version or damaged, or no array has this shape.
    """
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0), (3, 0)):
        raise ValueError(f"format version {version}")
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, by_columns, dtype = read(file)
    if any(size < 0 for size in shape):
        raise ValueError(f"shape {shape}")
    return shape, by_columns, dtype


def check(path: Path) -> None:
    """Check that a file can be mapped. Raises ValueError if not."""
    with path.open("rb") as file:
        shape, _, dtype = header(file)
        size = path.stat().st_size - file.tell()  # bytes after the header
    if dtype.itemsize == 0 or math.prod(shape) * dtype.itemsize > size:
        raise ValueError(f"shape {shape} of {dtype} in {size:,} bytes")
