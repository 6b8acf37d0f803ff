"""Tell the parts of a folder of pictures, such as `train` and `test`, from its classes, by the names of its folders."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from semisup.errors import InputError

WORDS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "unlabelled": "unlabelled",
    "unlabeled": "unlabelled",
    "pred": "pred",
    "prediction": "pred",
}
PATTERN = re.compile(rf"(?:(?P<before>.*)[ _.-])?(?P<word>{'|'.join(WORDS)})(?P<after>\d*|[ _.-].*)")
HOW_TO_NAME = "if it is a class, put all classes into a folder train"


class Name(NamedTuple):
    """What the name of a folder says: a part of the data, and what is left of the name without it."""

    part: str
    rest: tuple[str, str]


class Layout(NamedTuple):
    """The folders in a folder of pictures.

    Attributes:
        train: the folder with the training pictures; "" if the folders are classes.
        test: the folders `test` and `val` that are there, by these words.
        unlabelled: the folders whose pictures have no class.
        taken_for_classes: the folders that are classes, though their names could say a part.
    """

    train: str
    test: dict[str, str]
    unlabelled: list[str]
    taken_for_classes: list[str]


def name_of(folder: str) -> Name | None:
    """Return the part that the name of a folder says; None if it says none.

    It is one of the words above, in any case, alone or set off from the start or the end of the name by a space, `_`,
    `-` or a point: `Training`, `seg_train`, `test-images`. A year may follow, as in `val2017`.
    """
    match = PATTERN.fullmatch(folder.casefold())
    return Name(WORDS[match["word"]], (match["before"] or "", match["after"])) if match else None


def of(path: Path, folders: Sequence[str], inside: Callable[[str], Sequence[str]]) -> Layout:
    """Say what the folders in a folder of pictures are.

    They are parts if one of them is the training part and each says a part, with the same rest of the name:
    `seg_train`, `seg_test` and `seg_pred`, but not `bullet_train` and `test_tube`. Otherwise they are classes. Folders
    that say `unlabelled` have no class in either case; `pred` only beside a training part.

    Args:
        path: the folder of pictures, for errors.
        folders: names of the folders in it.
        inside: returns the names of the files and folders in one of them.

    Raises:
        InputError: two folders say the same part, or some folders are named as parts and others as classes.
    """
    names = {folder: name for folder in folders if (name := name_of(folder))}
    unlabelled = [folder for folder, name in names.items() if name.part == "unlabelled"]
    named = {folder: name for folder, name in names.items() if folder not in unlabelled}
    others = [folder for folder in folders if folder not in names]
    rests = {name.rest for name in named.values()}
    parts = {part: [folder for folder, name in named.items() if name.part == part] for part in WORDS.values()}
    if parts["train"] and not others and len(rests) == 1:
        for part in ("train", "test", "val"):
            if len(parts[part]) > 1:
                raise InputError(f"{path}: expected one folder {part}, found {' and '.join(parts[part])}")
        test = {part: parts[part][0] for part in ("test", "val") if parts[part]}
        return Layout(parts["train"][0], test, unlabelled + parts["pred"], [])
    _refuse_mixtures(path, named, [*others, *named], inside)
    return Layout("", {}, unlabelled, list(named))


def _refuse_mixtures(
    path: Path, named: dict[str, Name], classes: list[str], inside: Callable[[str], Sequence[str]]
) -> None:
    """Raise InputError if folders that say parts cannot be taken for classes, as a user would not expect it.

    They cannot if one says training or test pictures and nothing else, if training and test pictures have the same rest
    of the name, or if one holds folders of the other classes.
    """
    for folder, name in sorted(named.items(), key=lambda item: item[1].part != "train"):
        beside = [other for other in classes if other != folder]
        pair = {other.part for other in named.values() if other.rest == name.rest} >= {"train", "test"}
        holds_classes = not set(beside).isdisjoint(inside(folder))
        if not ((name.part in ("train", "test") and name.rest == ("", "")) or pair or holds_classes):
            continue
        if name.part == "train" and beside:
            raise InputError(
                f"{path}: expected only test, val and unlabelled beside the folder {folder}, found {beside[0]}; "
                f"{HOW_TO_NAME}"
            )
        raise InputError(f"{path}: expected a folder train beside the folder {folder}, found none; {HOW_TO_NAME}")


def notes(path: Path, found: Layout) -> tuple[str, ...]:
    """Say what the folders were taken for."""
    said = [f"the training pictures are in {found.train}"] if found.train else []
    said += [f"{name} is taken for a class, not for a part of the data" for name in found.taken_for_classes]
    if "test" in found.test:
        said.append(f"the test set is {found.test['test']}")
        if "val" in found.test:
            said.append(f"pictures in {found.test['val']} are training pictures too, with their classes")
    elif "val" in found.test:
        said.append(f"there is no folder test, so the test set is {found.test['val']}")
    if found.unlabelled:
        said.append(f"pictures in {' and '.join(found.unlabelled)} have no class")
    return (f"{path}: {'; '.join(said)}",) if said else ()
