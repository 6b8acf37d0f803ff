"""Look at some pictures of a folder, to choose size, colour and depth of all inputs."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from semisup.settings.sources import ImageOptions
from semisup.sources.picture import BYTES, Depth, Header

LARGEST_SIDE = (
    64  # by default; so 10,000 pictures are trained on in a quarter of an hour on two cores; 128 takes an hour
)

Range = tuple[float, float]  # smallest and greatest value


class Look(NamedTuple):
    """How all pictures of a folder are read.

    Attributes:
        shape: (height, width, channels) of the inputs.
        depth: how values become numbers.
        notes: sentences on what was chosen, for the user.
    """

    shape: tuple[int, int, int]
    depth: Depth
    notes: tuple[str, ...]


def of(folder: str, headers: Sequence[Header], options: ImageOptions, ranges: Callable[[], list[Range]]) -> Look:
    """Choose size, colour and depth. What the options say is taken as it is.

    Args:
        folder: its name, for the notes.
        headers: of the pictures looked at, at least one.
        options: how to read the pictures.
        ranges: returns the smallest and the greatest value of some of the pictures that have more than 8 bits.
    """
    colour = any(header.colour for header in headers) if options.colour is None else options.colour
    size, said = _size(headers, options.image_size)
    depth, depth_said = _depth(headers, ranges)
    return Look((*size, 3 if colour else 1), depth, tuple(f"{folder}: {sentence}" for sentence in (*said, *depth_said)))


def _size(headers: Sequence[Header], told: list[int] | None) -> tuple[tuple[int, int], list[str]]:
    """Return (height, width) of the inputs, and what to say of it.

    The default is the most common size. If its longer side has more than `LARGEST_SIDE` pixels, it gets as many, and
    the shorter side keeps the proportions.
    """
    counts = Counter((header.height, header.width) for header in headers)
    common, count = counts.most_common(1)[0]
    size = fitting(*common) if told is None else tuple(told)
    others = len(headers) - counts[size]
    if others == 0:
        return size, []
    sizes = f"{'all' if count == len(headers) else f'{count:,} of {len(headers):,}'} pictures"
    sizes += f"{'' if len(headers) == count else ' that were looked at'} are of {common[0]} × {common[1]} pixels"
    if size == common:
        return size, [f"{sizes} (height × width); the others are resized to it, --image_size names another size"]
    why = f", since by default no side is longer than {LARGEST_SIDE}; --image_size names another size"
    return size, [f"{sizes} (height × width); they are resized to {size[0]} × {size[1]}{'' if told else why}"]


def fitting(height: int, width: int) -> tuple[int, int]:
    """Return the default size of pictures of a size: no side longer than `LARGEST_SIDE`, in the same proportions."""
    shrink = min(1, LARGEST_SIDE / max(height, width))
    return max(1, round(height * shrink)), max(1, round(width * shrink))


def _depth(headers: Sequence[Header], ranges: Callable[[], list[Range]]) -> tuple[Depth, list[str]]:
    """Return the depth of the inputs, and what to say of it.

    If a picture has more than 8 bits, all inputs are numbers of the largest dtype. Pictures of 8 bits among them are
    stretched over the range of the others.
    """
    dtypes = {header.dtype for header in headers}
    said = []
    if any(header.cut for header in headers):
        said.append("of 16 bits a colour, the upper 8 are read; grey pictures keep all 16")
    if dtypes == {BYTES.dtype}:
        return BYTES, said
    found = ranges() or [(0, 2**16 - 1)]
    low, high = min(low for low, _ in found), max(high for _, high in found)
    depth = Depth(max(dtypes, key=lambda dtype: dtype.itemsize), low, high)
    if BYTES.dtype in dtypes:
        said.append(
            f"some pictures have 8 bits, others more: their black and white are taken for {low:g} and {high:g}, the "
            "range of the others"
        )
    return depth, said


def said_of_range(folder: str, dtype: np.dtype, low: float, high: float) -> str:
    """Say which values the training pictures have."""
    if dtype == np.uint16:
        what = f"16 bits, of which {max(1, int(high).bit_length())} are used"
    else:
        what = "numbers of 32 bits"
    return f"{folder}: pictures of {what}: their values, from {low:g} to {high:g}, are kept, and scaled all alike"
