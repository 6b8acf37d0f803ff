"""Read NumPy archives with `x`, and optional `y`, `x_test` and `y_test`. Pickled objects are refused."""

from pathlib import Path

import numpy as np

from semisup.data.dataset import UNLABELLED, Arrays
from semisup.errors import InputError
from semisup.sources import keys, other_kinds
from semisup.sources.source import Reading
from semisup.system import zip_archive as archives


def read(source: str, reading: Reading) -> Arrays:
    """Read an `.npz` file.

    Raises:
        InputError: the file is missing, damaged or no archive, an array is missing or unknown, or has Python
            objects.
    """
    path = Path(source)
    if not path.is_file():
        raise InputError(f"{path}: no such file, expected an .npz archive with x and y")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            archives.check(archive.zip)
            names, notes = keys.named(source, archive.files)
            arrays = {key: _array(path, archive, name) for key, name in names.items()}
    except InputError:
        raise
    except Exception as error:  # a damaged archive can raise anything
        other_kinds.refuse(path, path.read_bytes()[: other_kinds.BEGINNING], "an .npz archive")
        raise InputError(f"{path}: not a readable .npz archive, it is damaged or of another kind ({error})") from None
    unlabelled = {"y": np.full(len(np.atleast_1d(arrays["x"])), UNLABELLED)}
    return Arrays(**(unlabelled | arrays), notes=notes)


def _array(path: Path, archive: np.lib.npyio.NpzFile, key: str) -> np.ndarray:
    try:
        return archives.array(archive, key)
    except ValueError as error:
        if "allow_pickle" in str(error):
            raise InputError(f"{path}: array {key!r} holds pickled Python objects, expected plain numbers") from None
        raise
