"""Folders of decoded inputs that are kept between commands."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from semisup.errors import InputError
from semisup.system import atomic


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
        with atomic.new_folder(folder, over=False) as aside:  # another process may have been faster
            write(aside)
    except OSError as error:
        raise InputError(f"stream: {above}: expected a folder that can be written to ({error.strerror})") from None
    return folder
