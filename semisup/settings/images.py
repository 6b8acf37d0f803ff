"""How a folder of pictures, or a set of images that is too large for memory, is read."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from semisup.errors import InputError

LARGEST_SIDE = 4096


@dataclass(frozen=True)
class ImageSettings:
    """How pictures are read; a run keeps it, so stage two need not be told again.

    Args:
        image_size: folder of pictures: [height, width] that all are resized to; default: the most common size.
        colour: folder of pictures: whether they are read in colour; default: if any of them is in colour.
        unreadable: folder of pictures: what to do where a file is no picture: refuse the folder, or skip the file.
        stream: folder of pictures, tfds: decode once into a file (in XDG_CACHE_HOME, else ~/.cache), from which batches
            are read: for data that is larger than memory.
    """

    image_size: list[int] | None = None
    colour: bool | None = None
    unreadable: Literal["refuse", "skip"] = "refuse"
    stream: bool = False

    def of_images(self) -> "ImageSettings":
        """These options alone, of settings that have more."""
        return ImageSettings(**{option.name: getattr(self, option.name) for option in fields(ImageSettings)})

    def check_images(self, data: str) -> None:
        """Whether the options are sound, and of use for a source of data.

        Raises:
            InputError: one is not.
        """
        pictures = is_image_folder(data)
        for option in fields(ImageSettings):
            of_use = pictures or (option.name == "stream" and data.startswith("tfds:"))
            if not of_use and getattr(self, option.name) != option.default:
                wanted = "a folder of pictures" + (" or tfds:NAME" if option.name == "stream" else "")
                raise InputError(f"{option.name}: expected with {wanted}, found it beside {data}")
        size = self.image_size
        whole = isinstance(size, list) and all(isinstance(n, int) and not isinstance(n, bool) for n in size)
        if size is not None and not (whole and len(size) == 2 and all(1 <= n <= LARGEST_SIDE for n in size)):
            raise InputError(f"image_size: expected [height, width], each from 1 to {LARGEST_SIDE}, found {size!r}")
        if self.unreadable not in ("refuse", "skip"):
            raise InputError(f"unreadable: expected one of refuse, skip, found {self.unreadable!r}")
        for name in ("colour", "stream"):
            value = getattr(self, name)
            if not isinstance(value, bool) and not (name == "colour" and value is None):
                raise InputError(f"{name}: expected true or false, found {value!r}")


def is_image_folder(data: str) -> bool:
    """Whether a source is a folder, and not one of arrays."""
    return Path(data).is_dir() and not is_mapped(data)


def is_mapped(data: str) -> bool:
    """Whether a source is a `.npy` file, or a folder with an `x.npy`."""
    path = Path(data)
    return (path / "x.npy").is_file() if path.is_dir() else path.suffix == ".npy"
