"""Errors of the disk and of the store as the one sentence that a user needs."""

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
FULL_DATABASE = "database or disk is full"  # as SQLite says it
OF_STORE = ("mlflow", "sqlalchemy", "sqlite3", "requests", "urllib3")


@contextmanager
def told() -> Iterator[None]:
    """Errors of the disk or the store within the block become InputErrors."""
    try:
        yield
    except Exception as error:
        refusal = as_refusal(error)
        if refusal is error:
            raise
        raise refusal from None


def as_refusal(error: Exception) -> Exception:
    """An InputError for what only the disk or the store can be to blame for; any other error as it is."""
    if isinstance(error, InputError):
        return error
    text = str(error)
    if isinstance(error, OSError) or FULL_DATABASE in text:
        reason = _of_disk(error, text)
        if reason is not None:
            return InputError(f"{_path(error)}: expected a disk that can be written to, found: {reason}")
    if type(error).__module__.split(".")[0] in OF_STORE:
        return store.cannot_be_opened(error)
    return error


def _of_disk(error: Exception, text: str) -> str | None:
    """What is wrong with the disk. Libraries put the system's reason into their texts, and lose its number."""
    if FULL_DATABASE in text:
        return os.strerror(errno.ENOSPC)
    codes = (code for code in OF_DISK if getattr(error, "errno", None) == code or os.strerror(code) in text)
    return next(map(os.strerror, codes), None)


def _path(error: Exception) -> str:
    """The file that could not be written, or the folder that it was to be in."""
    if getattr(error, "filename", None):
        return str(error.filename)
    first = error.args[0] if error.args else None
    if isinstance(first, list) and first:  # a shutil.Error: (from, to, reason) of each file
        return str(first[0][1])
    if FULL_DATABASE in str(error):
        return store.name()
    # a write that fails does not say of what: it is where there is least room
    written = [store.FOLDER / "artifacts", store.FOLDER, Path(tempfile.gettempdir())]
    return str(
        min((path for path in written if path.exists()), key=lambda path: shutil.disk_usage(path).free).resolve()
    )
