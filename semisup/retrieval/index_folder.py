"""An index on disk: a folder that is written whole or not at all. It has a digest of every file in it."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from semisup.data import scaling
from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.sources import npy_header
from semisup.system import atomic

if TYPE_CHECKING:
    import keras

    from semisup.data.columns import Columns

FORMAT = 1
MANIFEST = "index.json"
MODEL = "hasher.keras"
ARRAYS = ("bits", "codes", "classes")


@dataclass(frozen=True)
class Contents:
    """What an index holds.

    Attributes:
        run: id of the run that has the encoder.
        bits_from: how the bits are made: "graph", "itq" or "rounding".
        shape: shape of one input.
        scaling: scaling of the inputs.
        class_names: names of the classes.
        sources: where the items come from, in their order: names of files or datasets, and numbers of items.
        bits: (n, bits / 8) uint8, packed bits of the items.
        codes: (n, code_size) float32, codes of the items.
        classes: (n,) int64, classes of the items, -1 where unknown.
    """

    run: str
    bits_from: str
    shape: tuple[int, ...]
    scaling: "Scaling | Columns"
    class_names: list[str]
    sources: list[tuple[str, int]]
    bits: np.ndarray
    codes: np.ndarray
    classes: np.ndarray

    def item(self, number: int) -> tuple[str, int]:
        """Return the source of an item and its row there. Raises IndexError if there is no such item."""
        for name, rows in self.sources:
            if number < rows:
                return name, number
            number -= rows
        raise IndexError(number)


def write(folder: Path, contents: Contents, model: Path) -> None:
    """Write an index as a whole, in place of an earlier one.

    Args:
        folder: the place of the index.
        contents: what the index holds.
        model: `.keras` file of the hasher.

    Raises:
        InputError: the index cannot be written.
    """
    try:
        with atomic.new_folder(folder) as new:
            shutil.copyfile(model, new / MODEL)
            for name in ARRAYS:
                np.save(new / f"{name}.npy", getattr(contents, name), allow_pickle=False)
            (new / MANIFEST).write_text(json.dumps(_manifest(contents, new), indent=1))
    except OSError as error:
        raise InputError(f"folder: {folder} cannot be written ({error.strerror})") from None


def _manifest(contents: Contents, folder: Path) -> dict[str, Any]:
    fields = {key: value for key, value in vars(contents).items() if key not in ARRAYS}
    files = {path.name: _digest(path) for path in sorted(folder.iterdir())}
    return {"format": FORMAT, "files": files} | fields | {"scaling": contents.scaling.to_json()}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(folder: Path) -> Contents:
    """Read an index.

    Raises:
        InputError: there is no index, or a file of it is missing, damaged or of another version.
    """
    if not (folder / MANIFEST).is_file():
        raise InputError(f"folder: expected an index, made by python -m semisup index, found none at {folder}")
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        version, files = manifest.pop("format"), manifest.pop("files")
        if version != FORMAT:
            raise InputError(f"{folder}: expected an index of format {FORMAT}, found {version}")
        for name in (MODEL, *(f"{array}.npy" for array in ARRAYS)):
            if _digest(folder / name) != files[name]:
                raise InputError(f"{folder / name}: expected the file that was written with the index, found another")
        for name in ARRAYS:
            npy_header.check(folder / f"{name}.npy")
        arrays = {name: np.array(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)) for name in ARRAYS}
        manifest["scaling"] = scaling.from_json(manifest["scaling"])
        manifest["shape"] = tuple(manifest["shape"])
        manifest["sources"] = [(name, rows) for name, rows in manifest["sources"]]
        return _checked(Contents(**manifest, **arrays))
    except InputError:
        raise
    except Exception as error:  # any damage to a file
        raise InputError(f"{folder}: the index cannot be read, a file is missing or damaged ({error})") from None


def read_model(folder: Path) -> "keras.Model":
    """Read the model that computes the code and the bits of an input.

    Raises:
        InputError: the file is missing or damaged.
    """
    from semisup.system import keras_file

    try:
        return keras_file.read(folder / MODEL)
    except (OSError, ValueError) as error:
        raise InputError(f"{folder / MODEL}: the model of the index cannot be read ({error})") from None


def _checked(contents: Contents) -> Contents:
    """Return the contents if they fit together, else raise ValueError."""
    n = len(contents.bits)
    kinds = (contents.bits.dtype, contents.codes.dtype, contents.classes.dtype) == (np.uint8, np.float32, np.int64)
    if (
        not kinds
        or (contents.bits.ndim, contents.codes.ndim, contents.classes.shape) != (2, 2, (n,))
        or len(contents.codes) != n
    ):
        raise ValueError("bits, codes and classes differ in type or number of items")
    if not n or not contents.bits.shape[1] or not contents.codes.shape[1] or not np.isfinite(contents.codes).all():
        raise ValueError("it has no items, or codes that are not finite")
    texts = (contents.run, contents.bits_from, *contents.class_names, *(name for name, _ in contents.sources))
    if not all(isinstance(text, str) for text in texts) or not isinstance(contents.class_names, list):
        raise ValueError("names that are not texts")
    if (
        not all(type(rows) is int and rows >= 0 for _, rows in contents.sources)
        or sum(r for _, r in contents.sources) != n
    ):
        raise ValueError(f"sources that do not have {n} items in all")
    if contents.classes.min() < -1 or contents.classes.max() >= len(contents.class_names):
        raise ValueError("an item of an unknown class")
    if not (1 <= len(contents.shape) <= 3 and all(type(size) is int and size > 0 for size in contents.shape)):
        raise ValueError(f"inputs of shape {contents.shape}")
    return contents
