"""Read NumPy archives with `x` and `y`, and optional `x_test` and `y_test`. Pickled objects are refused."""

from pathlib import Path

import numpy as np

from semisup.data.dataset import Arrays
from semisup.errors import InputError
from semisup.sources.source import Reading
from semisup.system import zip_archive as archives

KEYS = ("x", "y", "x_test", "y_test")


def read(source: str, reading: Reading) -> Arrays:
    """Read an `.npz` file.

    Raises:
        InputError: the file is missing, damaged or no archive, a key is missing or unknown, or an array has Python
            objects.
    """
    path = Path(source)
    if not path.is_file():
        raise InputError(f"{path}: no such file, expected an .npz archive with x and y")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            archives.check(archive.zip)
            unknown = sorted(set(archive.files) - set(KEYS))
            if unknown:
                raise InputError(f"{path}: unknown array {unknown[0]!r}, expected {', '.join(KEYS)}")
            arrays = {key: _array(path, archive, key) for key in archive.files}
    except InputError:
        raise
    except Exception as error:  # a damaged archive can raise anything
        raise InputError(f"{path}: not a readable .npz archive, it is damaged or of another kind ({error})") from None
    for key in ("x", "y"):
        if key not in arrays:
            raise InputError(f"{path}: array {key!r} is missing, found {', '.join(arrays) or 'none'}")
    if ("x_test" in arrays) != ("y_test" in arrays):
        raise InputError(f"{path}: expected both x_test and y_test or neither, found {', '.join(arrays)}")
    return Arrays(**arrays)


def _array(path: Path, archive: np.lib.npyio.NpzFile, key: str) -> np.ndarray:
    try:
        return archives.array(archive, key)
    except ValueError as error:
        if "allow_pickle" in str(error):
            raise InputError(f"{path}: array {key!r} holds pickled Python objects, expected plain numbers") from None
        raise
