"""Read unlabelled inputs from arrays, pictures and tables, in the shape and scale of a network's inputs."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from semisup.data.dataset import checked_inputs
from semisup.data.scaling import Scaling
from semisup.data.validation import BYTES as RULE_OF_BYTES
from semisup.errors import InputError
from semisup.sources import keys
from semisup.sources.picture import BYTES, Depth, decode, guarded
from semisup.system import progress
from semisup.system import zip_archive as archives

if TYPE_CHECKING:
    from semisup.data.columns import Columns

ARRAYS = (".npy", ".npz")


def read(path: Path, shape: tuple[int, ...], scaling: "Scaling | Columns") -> np.ndarray:
    """Read one file.

    Args:
        path: an `.npy` array of inputs or of one input; an `.npz` archive with `x`; or a picture in any format that
            Pillow reads. A picture is converted to grey or colour and resized to the shape; black becomes 0. If the
            network was trained on a table, `path` is a table with the same columns.
        shape: shape of one input.
        scaling: scaling of the network's inputs.

    Returns:
        (n, *shape) float32 in [0, 1].

    Raises:
        InputError: the file is missing, damaged or of another kind, or its inputs have another shape.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file, expected an array (.npy, .npz) or a picture")
    if not isinstance(scaling, Scaling):
        from semisup.sources import frame

        rows, notes, _ = frame.read(path, scaling.table)
        for note in notes:
            progress.say(note)
        return scaling(rows, str(path))
    if path.suffix in ARRAYS:
        x = checked_inputs(str(path), "x", _one_or_more(_array(path), shape))
    else:
        x = picture(path, shape, scaling)[None]
    if x.shape[1:] != shape:
        raise InputError(f"{path}: expected inputs of shape {shape}, found {x.shape[1:]}")
    return scaling(x)


def _array(path: Path) -> np.ndarray:
    """Read an `.npy` file, or the inputs of an `.npz` archive."""
    try:
        with path.open("rb") as file:
            content = np.load(file, allow_pickle=False)
            if isinstance(content, np.ndarray):
                return content
            archives.check(content.zip)
            return archives.array(content, keys.inputs(str(path), content.files))
    except InputError:
        raise
    except Exception as error:  # a damaged file can raise anything
        raise InputError(f"{path}: not a readable array, it is damaged or of another kind ({error})") from None


def _one_or_more(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Add a first axis of rows to a single input; return several inputs as they are."""
    return x[None] if x.shape in (shape, shape[:2] if shape[2:] == (1,) else shape) else x


def picture(path: Path, shape: tuple[int, ...], scaling: Scaling) -> np.ndarray:
    """Read a picture as (height, width, channels), on the scale of the raw training inputs.

    Returns:
        uint8 if the training inputs were bytes, else float32. Black and white of a picture of 8 bits become the ends of
        the training range; deeper pictures keep their numbers (see `picture.Depth`).

    Raises:
        InputError: the network's inputs are no images, or the file is no picture, or has another depth.
    """
    if len(shape) != 3 or shape[2] not in (1, 3):
        raise InputError(f"{path}: expected an array (.npy, .npz) with inputs of shape {shape}, found another file")
    numbers = Depth(np.dtype(np.float32), float(np.min(scaling.low)), float(np.max(scaling.high)))
    with guarded():
        return decode(path, shape, BYTES if scaling.rule == RULE_OF_BYTES else numbers)
