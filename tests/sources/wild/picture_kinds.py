"""Folders of pictures, by what the pictures are: modes, depths, sizes. All have `cat`, `dog` and `unlabelled`."""
# ruff: noqa: E501 one case a line

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from semisup.data.dataset import Dataset

from .case import Case, Read
from .draw import ALL, GREY, HEIGHT, WIDTH, bits_16, case, colour, corners, folders, grey, pixels, right, with_file
from .write import files

GREYS = right(GREY, holds=corners)


def kind(
    name: str,
    picture: Callable[[int], Image.Image],
    *read: Read,
    ending: str = "png",
    how: dict | None = None,
    **more,
) -> Case:
    """All pictures are of one kind; `how` says how Pillow saves them."""
    return case(name, folders(ALL, picture=picture, ending=ending, **(how or {})), *read, **more)


def first_is(*value: float) -> Callable[[Dataset], str]:
    """The pixel at the top left of every picture has this colour, to a twentieth."""

    def holds(dataset: Dataset) -> str:
        found = np.asarray(dataset.x_train[:])[:, 0, 0]
        return "" if np.abs(found - value).max() < 0.05 else f"the pixel at the top left is {found[0]}"

    return holds


def red(i: int) -> Image.Image:
    picture = pixels(i)
    picture[0, 0] = 255, 0, 0
    return Image.fromarray(picture)


def transparent(i: int) -> Image.Image:
    """A picture whose left half cannot be seen, with noise below."""
    picture = np.dstack([pixels(i), np.full((HEIGHT, WIDTH), 255, "uint8")])
    picture[:, : WIDTH // 2, 3] = 0
    return Image.fromarray(picture)


def unseen(dataset: Dataset) -> str:
    left = np.asarray(dataset.x_train[:])[:, :, : WIDTH // 2]
    return "" if left.std() < 0.01 else "what is transparent is read"


def as_float(i: int) -> Image.Image:
    return Image.fromarray(pixels(i, 1)[:, :, 0].astype("float32") / 255)


def as_int32(i: int) -> Image.Image:
    return Image.fromarray(pixels(i, 1)[:, :, 0].astype("int32") * 400)


def turned() -> dict:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to see it
    return {"exif": exif, "quality": 95}


def printed_red(i: int) -> Image.Image:
    return Image.new("RGB", (WIDTH, HEIGHT), (255, i % 40, 0)).convert("CMYK")


def is_red(dataset: Dataset) -> str:
    x = np.asarray(dataset.x_train[:])
    return "" if x[..., 0].min() > 0.8 and x[..., 2].max() < 0.2 else "red is not red"


def large(i: int) -> Image.Image:
    return colour(i).resize((1600, 1200), Image.Resampling.NEAREST)


def fits(dataset: Dataset) -> str:
    return "" if max(dataset.shape[:2]) <= 512 else f"pictures of {dataset.shape}"


def unequal(i: int) -> Image.Image:
    return colour(i).resize([(10, 10), (20, 10), (WIDTH, HEIGHT), (WIDTH, HEIGHT)][i % 4])


def stack(path: Path) -> None:
    grey(1).save(path, save_all=True, append_images=[grey(2), grey(3)])


def gif(i: int) -> Image.Image:
    return colour(i).quantize(64)


MOVING = {"save_all": True, "append_images": [colour(7), colour(8)]}
FINE = {"quality": 100}

# fmt: off
CASES = [
    kind("grey", grey, GREYS),
    kind("grey in three channels", lambda i: grey(i).convert("RGB"), right(holds=corners), GREYS),
    kind("JPEG", colour, right(), ending="jpg"),
    kind("endings in capitals", colour, right(), ending="JPG"),
    kind("JPEG called .png", colour, right(), how={"format": "JPEG"}),
    kind("BMP", colour, right(holds=corners), ending="bmp"),
    kind("WebP", colour, right(), ending="webp"),
    kind("TIFF", colour, right(holds=corners), ending="tif"),
    kind("PGM", grey, GREYS, ending="pgm"),
    kind("black and white", lambda i: grey(i).point(lambda v: 255 * (v > 127)).convert("1"), right(GREY, holds=first_is(0))),
    kind("16 bits", lambda i: bits_16(i, 65535), GREYS),
    kind("16 bits in TIFF", lambda i: bits_16(i, 65535), GREYS, ending="tif"),
    kind("12 bits in 16", lambda i: bits_16(i, 4095), GREYS, refused=("16|bit",)),
    kind("10 bits in 16", lambda i: bits_16(i, 1023), GREYS, right(GREY, told=("16|bit",)), refused=("16|bit",)),
    kind("floats in TIFF", as_float, GREYS, ending="tif", refused=("float|mode|tif",)),
    kind("whole numbers of 32 bits in TIFF", as_int32, GREYS, ending="tif", refused=("32|mode|tif",)),
    kind("a palette", lambda i: red(i).quantize(200, dither=Image.Dither.NONE), right(holds=first_is(1, 0, 0))),
    kind("a palette of greys", lambda i: grey(i).convert("P"), GREYS, right(holds=corners)),
    kind("transparent", transparent, right(holds=unseen), right((HEIGHT, WIDTH, 4)), refused=("transparent",)),
    kind("grey and transparent", lambda i: transparent(i).convert("LA"), right(GREY, holds=unseen), right(holds=unseen), refused=("transparent",)),
    kind("opaque, with a fourth channel", lambda i: colour(i).convert("RGBA"), right(holds=corners)),
    kind("colours of print", lambda i: colour(i).convert("CMYK"), right(), ending="jpg", how=FINE),
    kind("colours of print, red", printed_red, right(holds=is_red), ending="jpg", how=FINE),
    kind("turned by the camera", colour, right((WIDTH, HEIGHT, 3)), ending="jpg", how=turned()),
    kind("grey and colour", lambda i: grey(i) if i % 2 else colour(i), right(holds=corners)),
    kind("one in colour among grey", lambda i: colour(i) if i % 37 == 0 else grey(i), right(holds=corners), right(GREY, told=("colour",))),
    kind("grey of 8 and of 16 bits", lambda i: bits_16(i, 65535) if i % 2 else grey(i), GREYS, refused=("bit",)),
    kind("GIF", gif, right(), ending="gif"),
    kind("moving GIF", gif, right(), ending="gif", how=MOVING, refused=("frame|gif",)),
    case("a stack of pictures", files(folders(ALL, picture=grey), with_file("cat/stack.tif", stack)), right(GREY, rows=41, labelled=21, told=("stack.tif|first|frame",)), refused=("stack.tif",)),
    kind("several sizes", unequal, right(told=("size",)), refused=("image_size",)),
    kind("no two of one size", lambda i: colour(i).resize((10 + i % 50, 60 - i % 50)), right(None, told=("size",)), refused=("image_size",)),
    kind("a size that is typed", unequal, right((6, 5, 3)), options={"image_size": [6, 5]}),
    kind("grey is typed", colour, right(GREY), options={"colour": False}),
    kind("one pixel", lambda i: colour(i).resize((1, 1)), right((1, 1, 3))),
    case("large photographs", folders(("cat:4", "dog:4", "unlabelled:4"), picture=large, ending="jpg"), right(None, rows=12, labelled=8, holds=fits, told=("1600|1200",)), refused=("image_size",)),
]
