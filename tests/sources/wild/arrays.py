"""Arrays: `.npz`, `.npy` and folders of them, as Keras, PyTorch users, MATLAB users and simulations save them."""
# ruff: noqa: E501 one case a line

from collections.abc import Callable
from pathlib import Path

import numpy as np
import scipy.sparse

from semisup.data.dataset import Dataset

from .case import Case, Read
from .write import file

N = 60
RANDOM = np.random.default_rng(0)
X = RANDOM.uniform(0, 1, (N, 5)).astype("float32")
BYTES = RANDOM.integers(0, 256, (N, 8, 6), "uint8")
BYTES[0, 0, :2] = 0, 255
Y = np.where(np.arange(N) < 20, np.arange(N) % 3, -1)
FULL = np.arange(N) % 3
THREE = ("0", "1", "2")
LETTERS = np.array(["a", "b", "c"])


def npz(name: str, *read: Read, refused: tuple[str, ...] | None = None, **arrays) -> Case:
    """An archive of these arrays; `x` is that above if there is none, `None` leaves it out."""
    arrays = {key: value for key, value in ({"x": X} | arrays).items() if value is not None}
    make = lambda folder: np.savez(folder / "a.npz", **arrays)  # noqa: E731
    return Case(name=name, make=make, read=read, data="a.npz", refused=refused)


def folder(name: str, *read: Read, refused: tuple[str, ...] | None = None, **arrays) -> Case:
    def make(path: Path) -> None:
        (path / "a").mkdir()
        for key, value in arrays.items():
            np.save(path / "a" / f"{key}.npy", value, allow_pickle=True)

    return Case(name=name, make=make, read=read, data="a", refused=refused)


def right(classes=THREE, labelled: int = 20, shape=(5,), told: tuple[str, ...] = (), **more) -> Read:
    return Read(classes=classes, labelled=labelled, shape=shape, told=told, **more)


def equals(x: np.ndarray) -> Callable[[Dataset], str]:
    """The training inputs are rows of `x`, to a thousandth."""
    rows = x.reshape(len(x), -1)

    def holds(dataset: Dataset) -> str:
        found = np.asarray(dataset.x_train[:]).reshape(len(dataset.x_train), -1)
        nearest = np.abs(found[:, None] - rows[None]).max(axis=2).min(axis=1)
        return (
            "" if nearest.max() < 2e-3 else f"inputs from {found.min():g} to {found.max():g} that are not in the file"
        )

    return holds


def spread(dataset: Dataset) -> str:
    """Every column goes from 0 to 1."""
    low, high = dataset.x_train[:].min(axis=0), dataset.x_train[:].max(axis=0)
    return "" if np.allclose(low, 0, atol=1e-3) and np.allclose(high, 1, atol=1e-3) else f"columns from {low} to {high}"


def full(classes=THREE, **more) -> Read:
    return right(classes, 60, **more)


def split(x: str, y: str, x_test: str, y_test: str) -> dict:
    return {"x": None, x: BYTES[:40], y: FULL[:40], x_test: BYTES[40:], y_test: FULL[40:]}


SPLIT = full(shape=(8, 6, 1), test_rows=20)
IN_COLOUR = RANDOM.integers(0, 256, (N, 3, 16, 16), "uint8")
UNITS = X * [1, 1000, 1e-6, 1e6, 1] + [0, 5, 0, -1e6, -3]
IMAGES = equals(BYTES / 255)
HOT = X.reshape(N, 5, 1).copy()
HOT[7, 2] = 1e6
ONE_TO_THREE = [full(("1", "2", "3")), full(THREE, told=("1|0..",))]
EITHER = ("y|class|label",)


def changed(value: float) -> np.ndarray:
    x = X.copy()
    x[7, 2] = value
    return x


def large(dataset: Dataset) -> str:
    return "" if float(dataset.x_train[:].max()) > 0.99 else "the brightest value is not near 1"


# fmt: off
CASES = [
    npz("vectors", right(holds=equals(X)), y=Y),
    npz("pictures of bytes", right(shape=(8, 6, 1), holds=IMAGES), x=BYTES, y=Y),
    npz("pictures of bytes as float64", right(shape=(8, 6, 1), holds=IMAGES), x=BYTES.astype(float), y=Y),
    npz("pictures of bytes as int64", right(shape=(8, 6, 1), holds=IMAGES), x=BYTES.astype(int), y=Y),
    npz("pictures of -1 to 1", right(shape=(8, 6, 1), holds=IMAGES), x=BYTES / 127.5 - 1, y=Y),
    npz("pictures of 12 bits", right(shape=(8, 6, 1), holds=large), x=BYTES.astype("uint16") * 16, y=Y),
    npz("columns of different units", right(holds=spread), x=UNITS, y=Y),
    npz("one hot pixel", right(shape=(5, 1, 1), told=("x|pixel|value|range",)), x=HOT, y=Y, refused=("x",)),
    npz("true and false as x", right(), x=X > 0.5, y=Y),
    npz("big end first", right(holds=equals(X)), x=X.astype(">f4"), y=Y.astype(">i8")),
    npz("half precision", right(holds=equals(X)), x=X.astype("float16"), y=Y),
    npz("Fortran's order", right(holds=equals(X)), x=np.asfortranarray(X), y=Y),
    npz("channels first", right(shape=(16, 16, 3)), right(shape=(3, 16, 16), told=("channel",)), x=IN_COLOUR, y=Y, refused=("channel|shape",)),
    npz("one channel first", right(shape=(8, 6, 1)), right(shape=(1, 8, 6), told=("channel",)), x=BYTES[:, None], y=Y, refused=("channel|shape",)),
    npz("samples last, as in MATLAB", x=X.T, y=Y, refused=("5", "60")),
    npz("a NaN in x", x=changed(np.nan), y=Y, refused=("nan", "7")),
    npz("an infinite x", x=changed(np.inf), y=Y, refused=("infinite", "7")),
    npz("complex x", x=X.astype(complex), y=Y, refused=("x", "complex")),
    npz("texts as x", x=X.astype(str), y=Y, refused=("x",)),
    npz("objects as x", x=np.array([[1, None]] * N, object), y=Y, refused=("x", "object|pickle")),
    npz("records as x", x=np.zeros(N, [("a", "f4"), ("b", "f4")]), y=Y, refused=("x",)),
    npz("no rows", x=X[:0], y=Y[:0], refused=("x",)),
    npz("one number a row", right(shape=(1,)), x=X[:, 0], y=Y, refused=("x", "shape")),
    npz("one column", right(shape=(1,), holds=equals(X[:, :1])), x=X[:, :1], y=Y),
    npz("videos", x=np.zeros((N, 4, 8, 8, 3), "uint8"), y=Y, refused=("x", "shape")),
    npz("labels from 1", *ONE_TO_THREE, y=FULL + 1, refused=EITHER),
    npz("labels from 1, -1 without", right(("1", "2", "3")), right(THREE, told=("1",)), y=np.where(Y < 0, -1, Y + 1), refused=EITHER),
    npz("labels with gaps", full(("0", "2", "5")), y=np.array([0, 2, 5])[FULL], refused=EITHER),
    npz("labels from 1, 0 without", full(("0", "1", "2", "3")), right(("1", "2", "3"), told=("0",)), y=Y + 1),
    npz("labels of one column", right(), y=Y[:, None], refused=("y", "shape")),
    npz("labels as texts", full(("a", "b", "c")), y=LETTERS[FULL], refused=EITHER),
    npz("labels as texts, empty without", right(("a", "b", "c")), y=np.where(Y < 0, "", LETTERS[Y]), refused=EITHER),
    npz("labels as texts of numbers", full(), y=FULL.astype(str), refused=EITHER),
    npz("labels as bytes of texts", full(("a", "b", "c")), y=LETTERS[FULL].astype("S1"), refused=EITHER),
    npz("labels true and false", full(("0", "1")), full(("False", "True")), y=FULL > 0, refused=EITHER),
    npz("labels as floats", full(), y=FULL.astype(float), refused=EITHER),
    npz("labels as floats, NaN without", right(), y=np.where(Y < 0, np.nan, Y), refused=EITHER),
    npz("labels as floats, -1 without", right(), y=Y.astype(float), refused=EITHER),
    npz("labels as floats that are no classes", y=X[:, 0], refused=EITHER),
    npz("labels as small bytes", full(), y=FULL.astype("uint8")),
    npz("labels as small bytes, -1 became 255", right(), y=Y.astype("uint8"), refused=("255",)),
    npz("labels of -2", y=np.where(Y < 0, -2, Y), refused=("-2",)),
    npz("labels one-hot", full(), y=np.eye(3)[FULL], refused=("y", "shape")),
    npz("labels as objects", full(("a", "b", "c")), y=LETTERS[FULL].astype(object), refused=("y", "object|pickle")),
    npz("labels that are identifiers", y=np.arange(N) + 10_000, refused=EITHER),
    npz("labels of another length", y=Y[:59], refused=("60", "59")),
    npz("no labels at all", Read(classes=(), labelled=0, rows=60, test_rows=None), y=np.full(N, -1)),
    npz("no y", Read(classes=(), labelled=0), refused=EITHER),
    npz("one class", y=np.where(Y < 0, -1, 0), refused=("class",)),
    npz("-1 and 1 as classes", full(("-1", "1")), y=np.where(FULL > 0, 1, -1), refused=("class|y",)),
    npz("Keras' keys", SPLIT, **split("x_train", "y_train", "x_test", "y_test"), refused=("x_train",)),
    npz("keys of MedMNIST", SPLIT, **split("train_images", "train_labels", "test_images", "test_labels"), refused=("train_images|test_images",)),
    npz("capital keys", full(), x=None, X=X, Y=FULL, refused=("X",)),
    npz("capital X, small y", full(), x=None, X=X, y=FULL, refused=("X",)),
    npz("scikit-learn's keys", full(), x=None, data=X, target=FULL, refused=("data|target",)),
    npz("data and labels", full(), x=None, data=X, labels=FULL, refused=("data|labels",)),
    npz("no keys", full(), x=None, arr_0=X, arr_1=FULL, refused=("arr_0",)),
    npz("a test set", SPLIT, **split("x", "y", "x_test", "y_test")),
    npz("a test set without labels", y=Y, x_test=X[:9], refused=("y_test",)),
    npz("a test set of another width", y=Y, x_test=X[:9, :3], y_test=FULL[:9], refused=("x_test", "shape")),
    npz("a test set of another scale", right(labelled=80, rows=80, test_rows=20, shape=(8, 6, 1), told=("x_test",)), x=BYTES, y=FULL, x_test=BYTES[:20] / 255, y_test=FULL[:20], refused=("x_test",)),
    npz("a test set of another scale, all floats", Read(classes=THREE, labelled=80, rows=80, test_rows=20, told=("x_test",)), x=BYTES.astype(float), y=FULL, x_test=BYTES[:20] / 255, y_test=FULL[:20], refused=("x_test",)),
    npz("a test set with a class more", y=FULL, x_test=X[:9], y_test=FULL[:9] + 1, refused=("3",)),
    npz("a test set with rows without a label", y=Y, x_test=X[:30], y_test=Y[:30], refused=("y_test",)),
    Case(name="a sparse matrix", make=lambda path: scipy.sparse.save_npz(path / "a.npz", scipy.sparse.csr_matrix(X)), data="a.npz", refused=("x|sparse",)),
    Case(name="an archive cut short", make=file(b"PK\3\4" + bytes(50), "a.npz"), data="a.npz", refused=("a.npz",)),
    Case(name="a pointer of Git LFS, npz", make=file("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", "a.npz"), data="a.npz", refused=("lfs",)),
    Case(name="a single array", make=lambda path: np.save(path / "a.npy", X), data="a.npy", read=Read(classes=(), labelled=0, shape=(5,), holds=equals(X))),
    Case(name="a single array of objects", make=lambda path: np.save(path / "a.npy", np.array([{}] * 9), allow_pickle=True), data="a.npy", refused=("object|pickle",)),
    Case(name="a saved dictionary", make=lambda path: np.save(path / "a.npy", {"x": X, "y": Y}, allow_pickle=True), data="a.npy", refused=("object|pickle",)),
    folder("a folder", right(holds=equals(X)), x=X, y=Y),
    folder("a folder of bytes", right(shape=(8, 6, 1), holds=IMAGES), x=BYTES, y=Y),
    folder("a folder, labels of one column", right(), x=X, y=Y[:, None], refused=("y", "shape")),
    folder("a folder, labels from 1", *ONE_TO_THREE, x=X, y=FULL + 1, refused=EITHER),
    folder("a folder, labels as texts", full(("a", "b", "c")), x=X, y=LETTERS[FULL], refused=EITHER),
    folder("a folder with Keras' names", full(test_rows=20), x_train=X[:40], y_train=FULL[:40], x_test=X[40:], y_test=FULL[40:], refused=("x_train|x.npy",)),
    folder("a folder with capital letters", full(), X=X, Y=FULL, refused=("X|x.npy",)),
    folder("a folder in Fortran's order", right(holds=equals(X)), x=np.asfortranarray(X), y=Y, refused=("Fortran",)),
    folder("a folder with a NaN", x=changed(np.nan), y=Y, refused=("nan", "7")),
]
