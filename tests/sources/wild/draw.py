"""Small pictures in folders, as cameras, microscopes and Kaggle's archives have them."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from semisup.data.dataset import Dataset

from .case import Case, Read

HEIGHT, WIDTH = 8, 12


def pixels(i: int, channels: int = 3) -> np.ndarray:
    """A picture (8, 12, channels) of bytes: random, black at the top left, white at the bottom right."""
    picture = np.random.default_rng(i).integers(0, 256, (HEIGHT, WIDTH, channels), "uint8")
    picture[:2, :2], picture[-2:, -2:] = 0, 255
    return picture


def colour(i: int) -> Image.Image:
    return Image.fromarray(pixels(i))


def grey(i: int) -> Image.Image:
    return Image.fromarray(pixels(i, 1)[:, :, 0])


def bits_16(i: int, most: int) -> Image.Image:
    """Grey of 16 bits, from 0 to `most`."""
    return Image.fromarray((pixels(i, 1)[:, :, 0] / 255 * most).astype("uint16"))


def folders(
    names: Iterable[str], count: int = 10, picture: Callable[[int], Image.Image] = colour, ending: str = "png", **how
) -> Callable[[Path], None]:
    """Folders with these names in the folder `p`, each with `count` distinct pictures, or `NAME:COUNT`."""

    def make(folder: Path) -> None:
        seed = 0
        for name in names:
            name, _, number = name.partition(":")
            (folder / "p" / name).mkdir(parents=True, exist_ok=True)
            for j in range(int(number or count)):
                seed += 1
                picture(seed + 1000 * len(name)).save(folder / "p" / name / f"img_{j}.{ending}", **how)

    return make


def with_file(path: str, content: bytes | Callable[[Path], None] = b"") -> Callable[[Path], None]:
    """A file besides, in the folder `p`."""

    def make(folder: Path) -> None:
        target = folder / "p" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if callable(content):
            content(target)
        else:
            target.write_bytes(content)

    return make


PETS = ("cat", "dog")
ALL = (*PETS, "unlabelled:20")
COLOUR, GREY = (HEIGHT, WIDTH, 3), (HEIGHT, WIDTH, 1)


def right(shape=COLOUR, rows=40, **more) -> Read:
    """The usual reading: 20 labelled cats and dogs, and 20 pictures without a label."""
    return Read(**{"rows": rows, "classes": PETS, "shape": shape} | more)


def case(name: str, make: Callable[[Path], None], *read: Read, data: str = "p", **more) -> Case:
    """A folder of pictures, `p`."""
    return Case(name=name, make=make, read=read, data=data, **more)


def corners(dataset: Dataset) -> str:
    """Black is near 0 and white near 1 in every picture, and there are many greys between."""
    x = np.asarray(dataset.x_train[:])
    black, white = x[:, 0, 0].max(), x[:, -1, -1].min()
    if black > 0.06 or white < 0.94:
        return f"black is up to {black:.3f}, white from {white:.3f}"
    return "" if len(np.unique(x.round(3))) > 20 else "only a few greys"
