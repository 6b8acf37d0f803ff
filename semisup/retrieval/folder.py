"""An index on disk: a folder that is written whole or not at all, with a digest of every file in it."""

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from semisup.data import scaling
from semisup.data.scaling import Scaling
from semisup.errors import InputError

if TYPE_CHECKING:
    from semisup.data.columns import Columns

FORMAT = 1
MANIFEST = "index.json"
MODEL = "hasher.keras"
ARRAYS = ("bits", "codes", "classes")


@dataclass(frozen=True)
class Contents:
    """What an index is.

    Attributes:
        run: id of the run whose encoder gives the codes.
        bits_from: how the bits were found.
        shape: of one input.
        scaling: of the inputs.
        class_names: of the items' classes.
        sources: where the items come from, in their order: the name of a file or dataset, and how many.
        bits: (n, bits / 8) bytes.
        codes: (n, code_size) float32.
        classes: (n,) int64, -1 where unknown.
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
        """The source of an item, and its row there."""
        for name, rows in self.sources:
            if number < rows:
                return name, number
            number -= rows
        raise IndexError(number)


def write(folder: Path, contents: Contents, model: Path) -> None:
    """Write an index beside its place and then put it there, over an earlier one.

    Raises:
        InputError: it cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as aside:
            new, old = Path(aside) / "new", Path(aside) / "old"
            new.mkdir()
            shutil.copyfile(model, new / MODEL)
            for name in ARRAYS:
                np.save(new / f"{name}.npy", getattr(contents, name), allow_pickle=False)
            (new / MANIFEST).write_text(json.dumps(_manifest(contents, new), indent=1))
            if folder.exists():
                folder.rename(old)
            try:
                new.rename(folder)
            except OSError:
                if old.exists():
                    old.rename(folder)
                raise
    except OSError as error:
        raise InputError(f"folder: {folder} cannot be written ({error.strerror})") from None


def _manifest(contents: Contents, folder: Path) -> dict[str, Any]:
    known = {key: value for key, value in vars(contents).items() if key not in ARRAYS}
    files = {path.name: _digest(path) for path in sorted(folder.iterdir())}
    return {"format": FORMAT, "files": files} | known | {"scaling": contents.scaling.to_json()}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(folder: Path) -> Contents:
    """Read an index.

    Raises:
        InputError: there is none, or a file of it is missing, damaged or of another version.
    """
    if not (folder / MANIFEST).is_file():
        raise InputError(f"folder: expected an index, made by python -m semisup index, found none at {folder}")
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        found, files = manifest.pop("format"), manifest.pop("files")
        if found != FORMAT:
            raise InputError(f"{folder}: expected an index of format {FORMAT}, found {found}")
        for name in (MODEL, *(f"{array}.npy" for array in ARRAYS)):
            if _digest(folder / name) != files[name]:
                raise InputError(f"{folder / name}: expected the file that was written with the index, found another")
        arrays = {name: np.load(folder / f"{name}.npy", allow_pickle=False) for name in ARRAYS}
        manifest["scaling"] = scaling.from_json(manifest["scaling"])
        manifest["shape"] = tuple(manifest["shape"])
        manifest["sources"] = [(name, rows) for name, rows in manifest["sources"]]
        return Contents(**manifest, **arrays)
    except InputError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{folder}: the index cannot be read, a file is missing or damaged ({error})") from None
