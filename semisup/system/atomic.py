"""Files and folders that are there whole or not at all: written beside their place, and then given their name."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def new_file(path: Path, durable: bool = False) -> Iterator[Path]:
    """Yield a place beside a file, with its suffix. What the block writes there gets the name of the file at the end,
    over an earlier one; if the block raises, it is removed.

    Args:
        path: of the file, in a folder that is there.
        durable: whether it has to be on the disk, and not in a buffer, before it gets its name.

    Raises:
        OSError: it cannot be written.
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
    """Yield an empty folder beside a place, which gets that name at the end of the block; if the block raises, it is
    removed.

    Args:
        path: the place.
        over: whether it takes the place of an earlier folder; else one that has come meanwhile stays.

    Raises:
        OSError: it cannot be written.
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
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
