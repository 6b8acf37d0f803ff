"""Folders of decoded inputs that are kept between commands."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from semisup.errors import InputError
from semisup.system import atomic


def kept(key: str, write: Callable[[Path], None]) -> Path:
    """Return a folder in the cache, below XDG_CACHE_HOME or else ~/.cache. Write it first if it is not there yet.

    Args:
        key: text that identifies the content. Another key gives another folder.
        write: called with an empty folder, fills it. The folder gets its final name when the call has returned.

    Raises:
        InputError: the folder cannot be written.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "semisup"
    folder = cache / hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()[:16]
    if folder.is_dir():
        return folder
    try:
        with atomic.new_folder(folder, over=False) as aside:  # another process may have written it meanwhile
            write(aside)
    except OSError as error:
        raise InputError(f"stream: {cache}: expected a folder that can be written to ({error.strerror})") from None
    return folder
