"""The files of a folder of pictures, and what their places say of their classes."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

from semisup.data.dataset import UNLABELLED
from semisup.errors import InputError

WITHOUT_CLASS = ("unlabelled", "unlabeled")


class Part(NamedTuple):
    """Attributes:
    files: n paths below the root, in the order of their names.
    y: n classes, -1 where a file is in no folder of a class.
    """

    files: list[str]
    y: list[int]


class Listing(NamedTuple):
    """Attributes:
    root: of all paths, resolved.
    train, test: files; the latter empty where the folder has no test set.
    class_names: in order.
    """

    root: Path
    train: Part
    test: Part
    class_names: list[str]


def of(folder: Path) -> Listing:
    """List a folder that has a folder for each class, with pictures anywhere below it; pictures in `unlabelled`, or in
    no folder, have no class. Or one that has such a folder as `train`, and `test` and `unlabelled` beside it or not.

    What is hidden is left out; links to folders are not followed.

    Raises:
        InputError: it has no file, is laid out in another way, or cannot be listed.
    """
    root = folder.resolve()
    top = _visible(root)
    if "train" in top and (root / "train").is_dir():
        more = [name for name in top if name not in ("train", "test", *WITHOUT_CLASS)]
        if more:
            raise InputError(f"{folder}: expected test and unlabelled alone beside the folder train, found {more[0]}")
        train, test = "train", "test" if "test" in top else None
    elif "test" in top and (root / "test").is_dir():
        raise InputError(f"{folder}: expected a folder train beside the folder test, found none")
    else:
        train, test = "", None
    names = _visible(root / train)
    class_names = [name for name in names if name not in WITHOUT_CLASS and _is_folder(root / train / name)]
    known = {name: c for c, name in enumerate(class_names)}
    files = list(below(root, train))
    y = [known.get(_class(file, train), UNLABELLED) for file in files]
    more = [file for name in WITHOUT_CLASS if train and name in top for file in below(root, name)]
    if not files + more:
        raise InputError(f"{folder}: expected pictures in it, found no file")
    part = Part(files + more, y + [UNLABELLED] * len(more))
    return Listing(root, part, _test(folder, root, test, known), class_names)


def _test(folder: Path, root: Path, test: str | None, known: dict[str, int]) -> Part:
    files = [] if test is None else list(below(root, test))
    for file in files:
        if known and _class(file, "test") not in known:
            raise InputError(
                f"{folder}: expected test files in folders of the classes {', '.join(known)}, found {file}"
            )
    return Part(files, [known.get(_class(file, "test"), UNLABELLED) for file in files])


def problem(root: Path, file: str) -> str | None:
    """Why a listed file is not to be opened; None if it is."""
    path = root / file
    if not path.resolve().is_relative_to(root):  # by any folder on the way
        return "a link that leaves the folder"
    return None if path.is_file() else "not a file"


def _class(file: str, above: str) -> str | None:
    """The folder below `above` that a file is in."""
    parts = Path(file).relative_to(above).parts
    return parts[0] if len(parts) > 1 else None


def below(root: Path, folder: str = "") -> Iterator[str]:
    """The files anywhere below a folder of the root, by their places below the root, in order; nothing that is hidden.

    Raises:
        InputError: a folder cannot be listed.
    """
    for directory, folders, names in os.walk(root / folder, onerror=_refuse):
        links = [name for name in folders if (Path(directory) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in links)
        for name in sorted(names + links):
            if not name.startswith("."):
                yield Path(directory, name).relative_to(root).as_posix()


def _visible(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        _refuse(error)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _refuse(error: OSError) -> NoReturn:
    raise InputError(f"{error.filename}: expected a folder that can be listed ({error.strerror})") from None
