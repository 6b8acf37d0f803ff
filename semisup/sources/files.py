"""Inputs without labels from files, arrays and pictures, brought to the shape and scale of a network's inputs."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from semisup.data.dataset import checked_inputs
from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.sources.picture import decode, guarded
from semisup.system import zip_archive as archives

if TYPE_CHECKING:
    from semisup.data.columns import Columns

ARRAYS = (".npy", ".npz")


def read(path: Path, shape: tuple[int, ...], scaling: "Scaling | Columns") -> np.ndarray:
    """Read one file.

    Args:
        path: a `.npy` array of inputs, or of one; an `.npz` archive with `x`; or a picture in any format that Pillow
            reads, which is made grey or colour and resized as the shape says, black being the least value. Where the
            network's inputs are the rows of a table, a table with its columns.
        shape: of one input.
        scaling: of the network's inputs.

    Returns:
        (n, *shape) float32 in [0, 1].

    Raises:
        InputError: the file is missing, damaged or of another kind, or its inputs are of another shape.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file, expected an array (.npy, .npz) or a picture")
    if not isinstance(scaling, Scaling):
        from semisup.sources.table import read_frame

        return scaling(read_frame(path, scaling.table), str(path))
    if path.suffix in ARRAYS:
        x = checked_inputs(str(path), "x", _one_or_more(_array(path), shape))
    else:
        x = picture(path, shape, scaling)[None]
    if x.shape[1:] != shape:
        raise InputError(f"{path}: expected inputs of shape {shape}, found {x.shape[1:]}")
    return scaling(x)


def _array(path: Path) -> np.ndarray:
    try:
        with path.open("rb") as file:
            found = np.load(file, allow_pickle=False)
            if isinstance(found, np.ndarray):
                return found
            archives.check(found.zip)
            if "x" not in found.files:
                raise InputError(f"{path}: array 'x' is missing, found {', '.join(found.files) or 'none'}")
            return archives.array(found, "x")
    except InputError:
        raise
    except Exception as error:  # whatever a damaged archive raises
        raise InputError(f"{path}: not a readable array, it is damaged or of another kind ({error})") from None


def _one_or_more(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """With a first axis of rows, also for a single input."""
    return x[None] if x.shape in (shape, shape[:2] if shape[2:] == (1,) else shape) else x


def picture(path: Path, shape: tuple[int, ...], scaling: Scaling) -> np.ndarray:
    """(height, width, channels) on the scale of the raw inputs."""
    if len(shape) != 3 or shape[2] not in (1, 3):
        raise InputError(f"{path}: expected an array (.npy, .npz) with inputs of shape {shape}, found another file")
    with guarded():
        decoded = decode(path, shape)
    return scaling.back(decoded / 255)
