"""Zip archives (`.npz`, `.keras`) that are not to take more memory than their size lets one expect."""

import zipfile
from pathlib import Path
from typing import IO

import numpy as np

MOST_EXPANSION = 100  # of a deflated archive; a bomb has a thousand
HARMLESS = 2**26  # bytes in all that any archive may unpack to


def opened(file: Path | IO[bytes]) -> zipfile.ZipFile:
    """Open an archive after a look at its directory.

    Raises:
        ValueError: it says of itself that it unpacks to over a hundred times its size, has a file twice, or one with a
            path.
        OSError, zipfile.BadZipFile, NotImplementedError: it is no archive, or damaged.
    """
    archive = zipfile.ZipFile(file)
    try:
        check(archive)
    except ValueError:
        archive.close()
        raise
    return archive


def check(archive: zipfile.ZipFile) -> None:
    """See `opened`."""
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
    """An array of an archive that NumPy has opened. Raises ValueError if it is none: NumPy gives its bytes then."""
    found = archive[key]
    if not isinstance(found, np.ndarray):
        raise ValueError(f"{key!r} is no array")
    return found
