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
    """What is known of a picture without decoding it.

    Attributes:
        height, width: size of the upright picture.
        colour: whether it is in colour.
        dtype: of its values: uint8, uint16 or float32 (of whole numbers of 32 bits too).
        cut: whether it has 16 bits a colour, of which Pillow reads the upper eight.
        frames: whether it has several frames or pages.
    """

    height: int
    width: int
    colour: bool
    dtype: np.dtype = np.dtype(np.uint8)
    cut: bool = False
    frames: bool = False


class Depth(NamedTuple):
    """How the values of a picture become numbers.

    Pictures of 8 bits are mapped from black = 0 and white = 255 to `black` and `white`. The values of deeper pictures
    are numbers on that scale already, and stay as they are, with two exceptions: if `dtype` is uint8, or `white` is at
    most 1, the upper 8 of 16 bits count; and if `dtype` is uint8, pictures of 32 bits, whose white is not known, are
    refused.

    Attributes:
        dtype: of the numbers.
        black: number of the black of a picture of 8 bits.
        white: number of its white.
    """

    dtype: np.dtype
    black: float
    white: float


BYTES = Depth(np.dtype(np.uint8), 0, 255)


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
        dtype = _dtype(image)
        cut = dtype == np.uint8 and any(";16" in str(tile[-1]) for tile in image.tile)
        return Header(height, width, image.mode not in GREY, dtype, cut, getattr(image, "is_animated", False))


def decode(path: Path, shape: tuple[int, int, int], depth: Depth = BYTES) -> np.ndarray:
    """Decode a picture in any format that Pillow reads. Of an animation, take the first frame.

    Args:
        path: path of the file.
        shape: (height, width, channels) that the upright picture is resized to; its proportions may change. One
            channel is grey, three are red, green and blue. What is transparent shows white.
        depth: how its values become numbers.

    Returns:
        (height, width, channels) of the dtype of `depth`.

    Raises:
        InputError: the file is damaged or no picture, has more than `MOST_PIXELS`, has values that are not finite, or
            does not fit the depth.
    """
    height, width, channels = shape
    with _opened(path) as image:
        image.draft(None, (2 * max(height, width),) * 2)  # a large JPEG is decoded at a half, a quarter, an eighth
        ImageOps.exif_transpose(image, in_place=True)  # in place: a copy of a large picture takes too much memory
        upright, dtype = image, _dtype(image)
        if dtype == np.float32 and depth.dtype == np.uint8:
            raise InputError(f"{path}: expected a picture of 8 or 16 bits, as the others are, found 32 bits")
        of_one = depth.dtype.kind == "f" and depth.white <= 1
        if dtype == np.uint16 and (depth.dtype == np.uint8 or of_one):  # Pillow would cut off at 255
            upright = Image.fromarray((np.asarray(upright, np.uint16) >> 8).astype(np.uint8))
        elif dtype != np.uint8:
            numbers = _resized(Image.fromarray(_values(path, image)), (width, height))
            return _of_dtype(np.broadcast_to(numbers.reshape(height, width, 1), shape), depth.dtype)
        if upright.has_transparency_data:
            upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright.convert("RGBA"))
        x = _resized(upright.convert("L" if channels == 1 else "RGB"), (width, height)).reshape(shape)
        if depth == BYTES:
            return x
        return _of_dtype(depth.black + x / 255 * (depth.white - depth.black), depth.dtype)


def extremes(path: Path) -> tuple[float, float]:
    """Return the smallest and the greatest value of a picture. Raises as `decode`."""
    with _opened(path) as image:
        values = _values(path, image)
        return float(values.min()), float(values.max())


def _dtype(image: Image.Image) -> np.dtype:
    if image.mode in ("I", "F"):
        return np.dtype(np.float32)
    return np.dtype(np.uint16 if image.mode.startswith("I;16") else np.uint8)


def _values(path: Path, image: Image.Image) -> np.ndarray:
    """Return the values of a deep picture, in its dtype. Raises InputError if one is not finite."""
    values = np.asarray(image, _dtype(image))
    if not np.isfinite(values).all():
        raise InputError(f"{path}: expected finite values, found NaN or infinite ones")
    return values


def _resized(image: Image.Image, size: tuple[int, int]) -> np.ndarray:
    return np.asarray(image.resize(size, Image.Resampling.BILINEAR))


def _of_dtype(x: np.ndarray, dtype: np.dtype) -> np.ndarray:
    return np.rint(x).astype(dtype) if dtype.kind == "u" else x.astype(dtype)


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
