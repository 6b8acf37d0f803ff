"""List the files of a folder of pictures. The folder that a file is in is its class."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

from semisup.data.dataset import UNLABELLED
from semisup.errors import InputError

WITHOUT_CLASS = ("unlabelled", "unlabeled")


class Part(NamedTuple):
    """The training files or the test files.

    Attributes:
        files: n paths relative to the root, in the order of their names; unlabelled files may come last.
        y: n classes, -1 for a file that is in no folder of a class.
    """

    files: list[str]
    y: list[int]


class Listing(NamedTuple):
    """All files of a folder of pictures.

    Attributes:
        root: the folder, with links resolved.
        train: the training files.
        test: the test files; empty if the folder has no test set.
        class_names: names of the classes, in alphabetical order.
    """

    root: Path
    train: Part
    test: Part
    class_names: list[str]


def of(folder: Path) -> Listing:
    """List a folder of pictures, in one of two layouts.

    - The folder has a folder for each class, with pictures anywhere below it. Pictures in `unlabelled`, or in no
      folder, have no class.
    - The folder has a folder `train` of the first layout. There may also be `test`, with the same classes, and
      `unlabelled`.

    Hidden files and folders are left out. Links to folders are not followed.

    Raises:
        InputError: the folder has no file, has another layout, or cannot be listed.
    """
    root = folder.resolve()
    top = _visible(root)
    if "train" in top and (root / "train").is_dir():
        others = [name for name in top if name not in ("train", "test", *WITHOUT_CLASS)]
        if others:
            raise InputError(f"{folder}: expected only test and unlabelled beside the folder train, found {others[0]}")
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
    unlabelled = [file for name in WITHOUT_CLASS if train and name in top for file in below(root, name)]
    if not files + unlabelled:
        raise InputError(f"{folder}: expected pictures in it, found no file")
    part = Part(files + unlabelled, y + [UNLABELLED] * len(unlabelled))
    return Listing(root, part, _test(folder, root, test, known), class_names)


def _test(folder: Path, root: Path, test: str | None, known: dict[str, int]) -> Part:
    """List the test files. Raises InputError if one is in no folder of a known class."""
    files = [] if test is None else list(below(root, test))
    for file in files:
        if known and _class(file, "test") not in known:
            raise InputError(
                f"{folder}: expected test files in folders of the classes {', '.join(known)}, found {file}"
            )
    return Part(files, [known.get(_class(file, "test"), UNLABELLED) for file in files])


def problem(root: Path, file: str) -> str | None:
    """Return the reason why a listed file may not be opened, or None if it may."""
    path = root / file
    if not path.resolve().is_relative_to(root):  # a link out of the folder, of the file or on the way
        return "a link that leaves the folder"
    return None if path.is_file() else "not a file"


def _class(file: str, above: str) -> str | None:
    """Return the name of the folder directly below `above` that a file is in; None if it is in none."""
    parts = Path(file).relative_to(above).parts
    return parts[0] if len(parts) > 1 else None


def below(root: Path, folder: str = "") -> Iterator[str]:
    """Yield the files anywhere below a folder of the root, in order, as paths relative to the root.

    Hidden files and folders are left out.

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
    """Return the sorted names of the files and folders in a folder that are not hidden."""
    try:
        return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        _refuse(error)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _refuse(error: OSError) -> NoReturn:
    raise InputError(f"{error.filename}: expected a folder that can be listed ({error.strerror})") from None
