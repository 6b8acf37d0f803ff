"""Turn errors of the disk and of the store into one sentence for the user."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from semisup.errors import InputError
from semisup.runs import store

OF_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
FULL_DATABASE = "database or disk is full"  # SQLite's message
OF_STORE = ("mlflow", "sqlalchemy", "sqlite3", "requests", "urllib3")  # packages that raise errors of the store


@contextmanager
def told() -> Iterator[None]:
    """Turn errors of the disk or the store inside the block into InputErrors."""
    try:
        yield
    except Exception as error:
        refusal = as_refusal(error)
        if refusal is error:
            raise
        raise refusal from None


def as_refusal(error: Exception) -> Exception:
    """Return an InputError if the error can only come from the disk or the store, else the error itself."""
    if isinstance(error, InputError):
        return error
    text = str(error)
    if isinstance(error, OSError) or FULL_DATABASE in text:
        reason = _disk_reason(error, text)
        if reason is not None:
            return InputError(f"{_path(error)}: expected a disk that can be written to, found: {reason}")
    if type(error).__module__.split(".")[0] in OF_STORE:
        return store.cannot_be_opened(error)
    return error


def _disk_reason(error: Exception, text: str) -> str | None:
    """Return what is wrong with the disk, None if nothing is.

    Libraries copy the system's message into theirs and drop the error number, so both are compared.
    """
    if FULL_DATABASE in text:
        return os.strerror(errno.ENOSPC)
    codes = (code for code in OF_DISK if getattr(error, "errno", None) == code or os.strerror(code) in text)
    return next(map(os.strerror, codes), None)


def _path(error: Exception) -> str:
    """Return the file that could not be written, or the folder that it belongs in."""
    if getattr(error, "filename", None):
        return str(error.filename)
    first = error.args[0] if error.args else None
    if isinstance(first, list) and first:  # a shutil.Error: (from, to, reason) of each file
        return str(first[0][1])
    if FULL_DATABASE in str(error):
        return store.name()
    # the error does not name the file: take the folder with the least free space
    folders = [store.FOLDER / "artifacts", store.FOLDER, Path(tempfile.gettempdir())]
    return str(
        min(
            (folder for folder in folders if folder.exists()), key=lambda folder: shutil.disk_usage(folder).free
        ).resolve()
    )
