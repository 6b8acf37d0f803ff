"""Open one picture safely: refuse decompression bombs, and decode no more of a large file than needed."""

import functools
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from semisup.errors import InputError

SIDEWAYS = (5, 6, 7, 8)  # EXIF orientations that swap height and width
MOST_PIXELS = 2**26  # Pillow's own limit is a third higher; decoding takes up to ten bytes for each
OTHER_PROGRAMS = ("EPS", "WMF")  # formats that are code; Pillow calls another program to draw them
GREY = ("1", "L", "LA", "La", "I", "F", "I;16", "I;16B", "I;16L", "I;16N")


class Header(NamedTuple):
    """Size and colour of a picture, read without decoding it. The size is that of the upright picture."""

    height: int
    width: int
    colour: bool


@contextmanager
def guarded() -> Iterator[None]:
    """Set the warning filters for calls of `header` and `decode`.

    Decompression bombs become errors; other warnings of decoders are not shown. With a pool of threads, use it around
    the whole pool: warning filters apply to the process, not to a thread.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def header(path: Path) -> Header:
    """Read size and colour of a picture without decoding it. Raises as `decode`."""
    with _opened(path) as image:
        width, height = image.size
        if image.getexif().get(ExifTags.Base.Orientation) in SIDEWAYS:
            width, height = height, width
        return Header(height, width, image.mode not in GREY)


def decode(path: Path, shape: tuple[int, int, int]) -> np.ndarray:
    """Decode a picture in any format that Pillow reads. Of an animation, take the first frame.

    Args:
        path: path of the file.
        shape: (height, width, channels) that the upright picture is resized to; its proportions may change. One
            channel is grey, three are red, green and blue. Transparency is ignored.

    Returns:
        (height, width, channels) uint8.

    Raises:
        InputError: the file is damaged or no picture, or has more than `MOST_PIXELS`.
    """
    height, width, channels = shape
    with _opened(path) as image:
        image.draft(None, (2 * max(height, width),) * 2)  # a large JPEG is decoded at a half, a quarter, an eighth
        ImageOps.exif_transpose(image, in_place=True)  # in place: a copy of a large picture takes too much memory
        upright = image
        if upright.mode.startswith("I;16"):  # Pillow would cut off at 255
            upright = Image.fromarray((np.asarray(upright, np.uint16) >> 8).astype(np.uint8))
        converted = upright.convert("L" if channels == 1 else "RGB")
        return np.asarray(converted.resize((width, height), Image.Resampling.BILINEAR)).reshape(shape)


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Yield an open picture. All that Pillow raises becomes an InputError."""
    try:
        with Image.open(path, formats=_formats()) as image:
            if math.prod(image.size) > MOST_PIXELS:
                raise _too_large(path)
            yield image
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_large(path) from None
    except InputError:
        raise
    except UnidentifiedImageError:
        raise InputError(f"{path}: not a readable picture, it is damaged or of another kind") from None
    except Exception as error:  # a decoder can raise anything
        raise InputError(f"{path}: not a readable picture, it is damaged or of another kind ({error})") from None


@functools.cache
def _formats() -> list[str]:
    """Return the formats that Pillow reads itself."""
    Image.init()
    return [kind for kind in Image.OPEN if kind not in OTHER_PROGRAMS]


def _too_large(path: Path) -> InputError:
    return InputError(f"{path}: expected a picture of at most {MOST_PIXELS} pixels")
