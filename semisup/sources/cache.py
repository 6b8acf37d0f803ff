"""Folders of decoded inputs that are kept between commands."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from semisup.errors import InputError


def kept(key: str, write: Callable[[Path], None]) -> Path:
    """A folder below XDG_CACHE_HOME (else ~/.cache) with what `write` puts into one, written if it is not there yet.

    Args:
        key: text that says what is in it: where that changes, the folder is another one.
        write: called with an empty folder, which gets its name when the call has returned.

    Raises:
        InputError: it cannot be written.
    """
    above = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "semisup"
    folder = above / hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()[:16]
    if folder.is_dir():
        return folder
    try:
        above.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix="unfinished-", dir=above))
        try:
            write(aside)
            try:
                aside.rename(folder)
            except OSError:
                if not folder.is_dir():  # else another process has been faster
                    raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise InputError(f"stream: {above}: expected a folder that can be written to ({error.strerror})") from None
    return folder
