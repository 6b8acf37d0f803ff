"""What a `.npy` file says of itself, looked at before NumPy maps it: some shapes end the process."""

import math
from pathlib import Path
from typing import IO

import numpy as np


def header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, whether the first axis varies fastest, and dtype. Raises ValueError if there are no such arrays."""
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0), (3, 0)):
        raise ValueError(f"format version {version}")
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, by_columns, kind = read(file)
    if any(size < 0 for size in shape):
        raise ValueError(f"shape {shape}")
    return shape, by_columns, kind


def check(path: Path) -> None:
    """Whether a file can be mapped. Raises ValueError if not."""
    with path.open("rb") as file:
        shape, _, kind = header(file)
        found = path.stat().st_size - file.tell()
    if kind.itemsize == 0 or math.prod(shape) * kind.itemsize > found:
        raise ValueError(f"shape {shape} of {kind} in {found:,} bytes")
