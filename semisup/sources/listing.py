"""List the files of a folder of pictures. The folder that a file is in is its class."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

from semisup.data.dataset import UNLABELLED
from semisup.errors import InputError
from semisup.sources import folder_layout as layout

OF_OTHER_PROGRAMS = ("__macosx", "thumbs.db", "desktop.ini", "@eadir")  # what macOS, Windows and Synology leave
TEXTS = (".txt", ".csv", ".tsv", ".json", ".xml", ".md", ".html", ".htm", ".yaml", ".yml", ".log", ".pdf", ".docx")


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
        name: the folder, as the user wrote it.
        root: the folder, with links resolved.
        train: the training files.
        test: the test files; empty if the folder has no test set.
        class_names: names of the classes, in alphabetical order.
        notes: sentences on what the folders were taken for, and on files that were left out.
    """

    name: str
    root: Path
    train: Part
    test: Part
    class_names: list[str]
    notes: tuple[str, ...]


def of(folder: Path) -> Listing:
    """List a folder of pictures, in one of two layouts. `folder_layout.of` says which.

    - The folder has a folder for each class, with pictures anywhere below it. Pictures in `unlabelled`, or in no
      folder, have no class.
    - The folder has a folder `train` of the first layout. There may also be `test` and `val`, with the same classes,
      and `unlabelled`. Beside `test`, pictures in `val` are training pictures with their classes; without it, they are
      the test set. `train` may have one folder of the same name, which then counts in its place.

    Hidden files and folders, and what other programs leave in folders, do not count. Files of text are left out. Links
    to folders are not followed.

    Raises:
        InputError: the folder has no file, has another layout, or cannot be listed.
    """
    root = folder.resolve()
    top = _visible(root)
    folders = [name for name in top if _is_folder(root / name)]
    found = layout.of(folder, folders, lambda name: _visible(root / name))
    if found.train:
        beside = [name for name in top if name not in folders and not is_text(name)]
        if beside:
            raise InputError(
                f"{folder}: expected only folders beside the folder {found.train}, found {beside[0]}; "
                f"{layout.HOW_TO_NAME}"
            )
    train = _inner(root, found.train)
    names = _visible(root / train)
    classes = [name for name in names if _is_folder(root / train / name) and not _without_class(name)]
    known = {name: c for c, name in enumerate(classes)}
    part = _part(root, train, known)
    tests = {word: _with_classes(folder, root, name, known) for word, name in found.test.items()}
    test = tests.get("test") or tests.get("val") or Part([], [])
    more = [tests["val"]] if len(tests) == 2 else []
    more += [_part(root, name, {}) for name in found.unlabelled if found.train]
    part = Part(part.files + [f for m in more for f in m.files], part.y + [c for m in more for c in m.y])
    texts = list(_texts(root))
    if not part.files:
        raise InputError(f"{folder}: expected pictures in it, found {'only files of text' if texts else 'no file'}")
    return Listing(str(folder), root, part, test, classes, (*layout.notes(folder, found), *left_out(folder, texts)))


def left_out(folder: Path, texts: list[str] | None = None) -> tuple[str, ...]:
    """Say how many files of text in a folder were left out. `texts` are their names, if they are known already."""
    texts = list(_texts(folder.resolve())) if texts is None else texts
    return (f"{folder}: files of text that are left out: {len(texts):,}, the first {texts[0]}",) if texts else ()


def _inner(root: Path, part: str) -> str:
    """Return the folder of a part. If it holds only one folder of the same name, return that one."""
    names = _visible(root / part) if part else []
    alone = len(names) == 1 and _is_folder(root / part / names[0])
    same = alone and layout.name_of(names[0]) == layout.name_of(Path(part).name)
    return _inner(root, f"{part}/{names[0]}") if same else part


def _part(root: Path, part: str, known: dict[str, int]) -> Part:
    """List the files below a folder. Files in no folder of a class have none."""
    files = list(below(root, part))
    return Part(files, [known.get(_class(file, part), UNLABELLED) for file in files])


def _with_classes(folder: Path, root: Path, name: str, known: dict[str, int]) -> Part:
    """List the files of a test or validation set. Raises InputError if one is in no folder of a known class."""
    inner = _inner(root, name)
    part = _part(root, inner, known)
    for file, c in zip(*part, strict=True):
        if known and c == UNLABELLED:
            raise InputError(
                f"{folder}: expected the files in {name} in folders of the classes {', '.join(known)}, found {file}; "
                "pictures without a class belong into a folder unlabelled"
            )
    return part


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

    Files of text, hidden files and folders, and what other programs leave in folders, are left out.

    Raises:
        InputError: a folder cannot be listed.
    """
    return (file for file in _files(root, folder) if not is_text(file))


def is_text(file: str) -> bool:
    """Return whether a file is one of text, by its name."""
    return Path(file).suffix.lower() in TEXTS


def _texts(root: Path) -> Iterator[str]:
    return filter(is_text, _files(root, ""))


def _files(root: Path, folder: str) -> Iterator[str]:
    for directory, folders, names in os.walk(root / folder, onerror=_refuse):
        links = [name for name in folders if (Path(directory) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if _counts(name) and name not in links)
        for name in sorted(names + links):
            if _counts(name):
                yield Path(directory, name).relative_to(root).as_posix()


def _visible(folder: Path) -> list[str]:
    """Return the sorted names of the files and folders in a folder that count."""
    try:
        return sorted(path.name for path in folder.iterdir() if _counts(path.name))
    except OSError as error:
        _refuse(error)


def _counts(name: str) -> bool:
    return not name.startswith(".") and name.lower() not in OF_OTHER_PROGRAMS


def _without_class(name: str) -> bool:
    said = layout.name_of(name)
    return said is not None and said.part == "unlabelled"


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _refuse(error: OSError) -> NoReturn:
    raise InputError(f"{error.filename}: expected a folder that can be listed ({error.strerror})") from None
