"""Open text files: plain, or packed by gzip or zip, in the encoding that they are written in."""

import codecs
import gzip
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TextIO

from semisup.errors import InputError
from semisup.sources import other_kinds
from semisup.system import zip_archive

BLOCK = 2**20  # bytes that are read at once to find the encoding
WINDOWS = "cp1252"
WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
ZIP = b"PK\x03\x04"
GZIP = b"\x1f\x8b"
TABLE = "a table (.csv, .parquet)"


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open a text file for reading. Line ends stay as they are. Raises as `encoding_of`."""
    with _bytes(path) as file, io.TextIOWrapper(file, encoding, newline="") as text:
        yield text


def encoding_of(path: Path) -> str:
    """Return the encoding of a file: UTF-16 if it looks so, UTF-8 if all of it is, else cp1252 (Windows).

    Raises:
        InputError: the file is of another kind, or in another encoding.
    """
    with _bytes(path) as file:
        start = file.read(BLOCK)
        if start[:2] in WIDE:
            return WIDE[start[:2]]
        zeros = [start[first::2].count(0) > len(start) / 4 for first in (0, 1)]  # of two bytes a letter, one is 0
        if any(zeros):
            return "utf-16-be" if zeros[0] else "utf-16-le"
    for name in ("utf-8", WINDOWS):
        if _decodes(path, name):
            return "utf-8-sig" if name == "utf-8" else name
    raise InputError(
        f"{path}: expected a text in UTF-8, UTF-16 or {WINDOWS}, found neither; --encoding says which it is"
    )


def _decodes(path: Path, encoding: str) -> bool:
    """Return whether a whole file is in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with _bytes(path) as file:
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
            return True
        except UnicodeDecodeError:
            return False


@contextmanager
def _bytes(path: Path) -> Iterator[IO[bytes]]:
    """Open a file and unpack it. Raises InputError if it is of another kind."""
    with path.open("rb") as file:
        start = file.read(other_kinds.BEGINNING)
        file.seek(0)
        if start.startswith(GZIP):
            _check_size(path)
            with gzip.open(file) as unpacked:
                other_kinds.refuse(path, unpacked.read(other_kinds.BEGINNING), TABLE)
                unpacked.seek(0)
                yield unpacked
        elif start.startswith(ZIP):
            with zip_archive.opened(file) as archive, archive.open(_only_file(path, archive)) as unpacked:
                other_kinds.refuse(path, unpacked.read(other_kinds.BEGINNING), TABLE)
                unpacked.seek(0)
                yield unpacked
        else:
            other_kinds.refuse(path, start, TABLE)
            yield file


def _check_size(path: Path) -> None:
    """Check that a gzip file unpacks to no more than a zip archive may. Raises ValueError."""
    most = max(zip_archive.HARMLESS, zip_archive.MOST_EXPANSION * path.stat().st_size)
    unpacked = 0
    with gzip.open(path) as file:
        while block := file.read(BLOCK):
            unpacked += len(block)
            if unpacked > most:
                raise ValueError(f"its {path.stat().st_size:,} bytes unpack to over {most:,}")


def _only_file(path: Path, archive: zipfile.ZipFile) -> str:
    """Return the name of the one file in an archive. Raises InputError if there are others."""
    names = [name for name in archive.namelist() if not name.endswith("/")]
    if "[Content_Types].xml" in names:
        raise InputError(f"{path}: expected {TABLE}, found an Excel workbook; save the sheet as CSV")
    if "mimetype" in names:
        raise InputError(f"{path}: expected {TABLE}, found an OpenDocument file; save the sheet as CSV")
    names = [name for name in names if not name.startswith("__MACOSX/") and not Path(name).name.startswith(".")]
    if len(names) != 1:
        found = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "") if names else "none"
        raise InputError(f"{path}: expected an archive with one table in it, found {found}; unpack it")
    return names[0]
