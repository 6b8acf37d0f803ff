"""Write files and folders whole or not at all: each is written beside its place and renamed when it is complete."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def new_file(path: Path, durable: bool = False) -> Iterator[Path]:
    """Yield a temporary path beside a file, with the same suffix, for the block to write to.

    At the end of the block it is renamed to the file and replaces an earlier one. If the block raises, it is removed.

    Args:
        path: path of the file, in an existing folder.
        durable: whether the content must be on the disk, not only in a buffer, before it is renamed.

    Raises:
        OSError: the file cannot be written.
    """
    aside = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        yield aside
        if durable:
            _sync(aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    if durable:
        _sync(path.parent)


@contextmanager
def new_folder(path: Path, over: bool = True) -> Iterator[Path]:
    """Yield an empty temporary folder beside a path, for the block to write to.

    At the end of the block it is renamed to the path. If the block raises, it is removed.

    Args:
        path: path of the new folder.
        over: whether it replaces an earlier folder. If not, and there is a folder by then, that folder stays and the
            new one is dropped.

    Raises:
        OSError: the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as aside:
        new, old = Path(aside) / "new", Path(aside) / "old"
        new.mkdir()
        yield new
        if over and path.exists():
            path.rename(old)
        try:
            new.rename(path)
        except OSError:
            if old.exists():
                old.rename(path)
            if over or not path.is_dir():
                raise


def _sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
