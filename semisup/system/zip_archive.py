"""Open zip archives (`.npz`, `.keras`) safely: none may unpack to far more memory than its size suggests."""

import zipfile
from pathlib import Path
from typing import IO

import numpy as np

MOST_EXPANSION = 100  # times its size; a zip bomb unpacks to a thousand times
HARMLESS = 2**26  # bytes that every archive may unpack to


def opened(file: Path | IO[bytes]) -> zipfile.ZipFile:
    """Open an archive and check its directory.

    Raises:
        ValueError: the directory says that it unpacks to over a hundred times its size, has a file twice, or has a file
            outside its folder (an absolute path, or one with ..).
        OSError, zipfile.BadZipFile, NotImplementedError: the file is no archive, or damaged.
    """
    archive = zipfile.ZipFile(file)
    try:
        check(archive)
    except ValueError:
        archive.close()
        raise
    return archive


def check(archive: zipfile.ZipFile) -> None:
    """Check the directory of an open archive. Raises ValueError as `opened` does."""
    archive.fp.seek(0, 2)
    size, unpacked = archive.fp.tell(), sum(entry.file_size for entry in archive.infolist())
    if unpacked > max(HARMLESS, MOST_EXPANSION * size):
        raise ValueError(f"its {size:,} bytes unpack to {unpacked:,}")
    names = archive.namelist()
    if len(set(names)) < len(names):
        raise ValueError("it has two files of one name")
    for name in names:
        if name.startswith(("/", "\\")) or ".." in Path(name).parts:
            raise ValueError("it has a file outside of its folder")


def array(archive: np.lib.npyio.NpzFile, key: str) -> np.ndarray:
    """Return an array of an archive that NumPy has opened.

    Raises:
        ValueError: the entry is no array. NumPy would return its bytes.
    """
    entry = archive[key]
    if not isinstance(entry, np.ndarray):
        raise ValueError(f"{key!r} is no array")
    return entry
