"""Folders of pictures, by their folders and files. Each is `p`; many have `cat`, `dog` and `unlabelled`."""
# ruff: noqa: E501 one case a line

import shutil
from pathlib import Path

from .case import Case, Read
from .draw import ALL, COLOUR, PETS, case, colour, corners, folders, right, with_file
from .write import files

USUAL = folders(ALL)
SPLIT = right(rows=18, labelled=18, test_rows=6)
NO_LABELS = Read(rows=20, classes=(), labelled=0)
UNLABELLED = ("unlabeled", "Unlabelled", "UNLABELED", "unlabelled ", "unlabeled_images", "unsup", "unknown", "no_label")
LFS = b"version https://git-lfs.github.com/spec/v1\n"


def unlabelled(name: str) -> Case:
    """Half of the pictures are in a folder of this name. Some names may be a class too."""
    class_too = Read(rows=40, classes=(*PETS, name), labelled=40, shape=COLOUR)
    reads = [right()] if name.lower().startswith("unlabel") else [right(), class_too]
    title = f"{name!r} for pictures without a label"
    return case(title, folders((*PETS, f"{name}:20")), *reads, refused=("unlabelled",))


def parts(
    name: str, train: str, test: str, *more: Read, extra: tuple[str, ...] = (), refused: tuple[str, ...] | None = None
) -> Case:
    """Folders for the training and the test set, with 6 and 3 pictures a class."""
    names = [f"{train}/{pet}:6" for pet in PETS] + [f"{test}/{pet}:3" for pet in PETS] + list(extra)
    return case(name, folders(names), *(more or (SPLIT,)), refused=refused)


def validated(word: str) -> tuple[Read, ...]:
    """A training and a validation set: the second is a test set, or more training rows, or left out, and that is told."""
    return (
        right(rows=18, labelled=18, test_rows=6, told=(word,)),
        right(rows=12, labelled=12, told=(word,)),
        right(rows=18, labelled=18, told=(word,)),
    )


def damaged(path: Path) -> None:
    colour(1).resize((200, 200)).save(path, "PNG")
    path.write_bytes(path.read_bytes()[:2000])


def zipped(folder: Path) -> None:
    USUAL(folder)
    shutil.make_archive(str(folder / "p"), "zip", folder / "p")


def flat(folder: Path, inside: str = "") -> None:
    """Pictures whose names have the class, as in Dogs vs. Cats."""
    (folder / "p" / inside).mkdir(parents=True)
    for i in range(20):
        colour(i).save(folder / "p" / inside / f"{PETS[i % 2]}.{i}.png")


def beside(
    name: str, *more, read: tuple[Read, ...] = (right(),), refused: tuple[str, ...] | None = None, **options
) -> Case:
    """Cats and dogs, and some other files."""
    return case(name, files(USUAL, *more), *read, refused=refused, **options)


def no_picture(name: str, file: str, content=b"") -> Case:
    """Cats and dogs, and a file among the cats that cannot be read."""
    return beside(name, with_file(f"cat/{file}", content), read=(), refused=(file,))


# fmt: off
CASES = [
    case("cats and dogs", USUAL, right(holds=corners)),
    *(unlabelled(name) for name in UNLABELLED),
    parts("train, test", "train", "test"),
    parts("Training, Testing", "Training", "Testing", refused=("Training",)),
    parts("TRAIN, TEST", "TRAIN", "TEST", refused=("TRAIN",)),
    parts("Train, Test", "Train", "Test", refused=("Train",)),
    parts("training_set, test_set", "training_set", "test_set", refused=("training_set",)),
    parts("seg_train, seg_test", "seg_train", "seg_test", refused=("seg_train",)),
    parts("seg_train twice", "seg_train/seg_train", "seg_test/seg_test", refused=("seg_train",)),
    parts("train_images, test_images", "train_images", "test_images", refused=("train_images",)),
    parts("train, val", "train", "val", *validated("val"), refused=("val",)),
    parts("train, valid", "train", "valid", *validated("valid"), refused=("valid",)),
    parts("train, val, test", "train", "test", right(rows=(18, 24), labelled=(18, 24), test_rows=6, told=("val",)), extra=("val/cat:3", "val/dog:3"), refused=("val",)),
    parts("train, unlabeled, test", "train", "test", right(rows=23, labelled=18, test_rows=6), extra=("unlabeled:5",)),
    parts("train, test, Unlabeled", "train", "test", right(rows=23, labelled=18, test_rows=6), extra=("Unlabeled:5",), refused=("unlabelled",)),
    parts("unlabelled within train", "train", "test", right(rows=23, labelled=18, test_rows=6), extra=("train/unlabelled:5",), refused=("unlabelled",)),
    parts("train, test, and a folder beside", "train", "test", right(rows=18, labelled=18, test_rows=6, told=("masks",)), extra=("masks:5",), refused=("masks",)),
    parts("a class in the test set only", "train", "test", right(rows=(18, 20), labelled=(18, 20), test_rows=6, told=("fox",)), extra=("test/fox:2",), refused=("fox",)),
    case("a test set without classes", folders(("train/cat", "train/dog", "test:5")), right(rows=(20, 25), labelled=20, told=("test",)), refused=("test",)),
    case("a test set without classes, one deeper", folders(("train/cat", "train/dog", "test/test:5")), right(rows=(20, 25), labelled=20, told=("test",)), refused=("test",)),
    case("train alone", folders(("train/cat", "train/dog")), right(rows=20), refused=("train",)),
    case("a folder within the folder", folders(("pets/cat", "pets/dog")), right(rows=20), refused=("pets",)),
    beside("what a Mac leaves", with_file("__MACOSX/cat/._img_0.png", b"\0\5\26\7"), with_file("cat/._img_0.png", b"\0\5\26\7"), with_file(".DS_Store"), with_file("cat/.DS_Store")),
    beside("what a Mac leaves in the classes", with_file("cat/._img_0.png", b"\0\5\26\7"), with_file("cat/.DS_Store")),
    beside("what Windows leaves", with_file("cat/Thumbs.db", b"\xd0\xcf\x11\xe0"), with_file("dog/desktop.ini", b"[a]"), with_file("Thumbs.db")),
    beside("what notebooks leave", folders((".ipynb_checkpoints:2", "cat/.ipynb_checkpoints:2"))),
    beside("what git leaves", with_file(".git/config", b"a"), with_file("cat/.gitkeep")),
    beside("what Synology leaves", with_file("@eaDir/a.txt", b"a"), refused=("@eaDir",)),
    beside("a read-me beside the classes", with_file("README.txt", b"a"), refused=("README.txt",)),
    beside("a table beside the classes", with_file("labels.csv", b"a,b"), refused=("labels.csv",)),
    beside("a text among the pictures", with_file("cat/notes.txt", b"a"), read=(right(told=("notes.txt",)),), refused=("notes.txt", "skip")),
    beside("a text among the pictures, skipped", with_file("cat/notes.txt", b"a"), read=(right(told=("notes.txt",)),), options={"unreadable": "skip"}),
    beside("outlines beside pictures", with_file("cat/img_0.json", b"{}"), with_file("cat/img_0.xml", b"<a/>"), read=(right(told=("img_0",)),), refused=("img_0", "skip")),
    beside("a picture beside the classes", with_file("logo.png", lambda path: colour(1).save(path)), read=(right(told=("logo.png",)), right(rows=41, told=("logo.png",))), refused=("logo.png",)),
    beside("a picture cut short, skipped", with_file("cat/bad.png", damaged), read=(right(told=("bad.png",)),), options={"unreadable": "skip"}),
    no_picture("a picture cut short", "bad.png", damaged),
    no_picture("an empty picture", "bad.jpg"),
    no_picture("a web page called .jpg", "bad.jpg", b"<html>"),
    no_picture("a pointer of Git LFS among pictures", "bad.png", LFS),
    no_picture("a drawing", "bad.svg", b"<svg/>"),
    no_picture("a video", "bad.mp4", b"\0\0\0\x20ftypisom"),
    case("one class", folders(("cat", "unlabelled")), refused=("class",)),
    case("one picture of a class", folders(("cat", "dog", "fox:1")), right(classes=("cat", "dog", "fox"), rows=(20, 21), labelled=(20, 21), told=("fox",)), refused=("fox",)),
    beside("an empty class", folders(("fox:0",)), read=(right(told=("fox",)),), refused=("fox",)),
    case("an empty folder", lambda folder: (folder / "p").mkdir(), refused=("picture",)),
    case("classes within classes", folders(("cat/black:5", "cat/white:5", "dog/big:5", "dog/small:5", "unlabelled:20")), right(), refused=("black|cat",)),
    case("pictures and folders in a class", folders(("cat:5", "cat/more:5", "dog", "unlabelled:20")), right(), refused=("more",)),
    case("classes as numbers", folders([str(j) for j in range(11)], 4), Read(rows=44, labelled=44, classes=tuple(map(str, range(11))), shape=COLOUR)),
    case("classes with blanks and umlauts", folders(("big cat", "größer Hund", "unlabelled:20")), right(classes=("big cat", "größer Hund"))),
    case("names with the classes", flat, NO_LABELS, refused=("folder",)),
    case("names with the classes in train", lambda folder: flat(folder, "train"), NO_LABELS, refused=("folder|class",)),
    case("zipped", zipped, data="p.zip", refused=("unzip|unpack|extract",)),
    case("pictures and labels of YOLO", files(folders(("images/train", "images/val")), with_file("labels/train/img_0.txt", b"0 .5 .5 .1 .1")), refused=("images|labels|class",)),
]
