"""Readers of .npy and .npz files. What NumPy reads of the same bytes is what is right."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import sklearn.model_selection  # noqa: F401 - the seconds of its import are none of a reader's
from hypothesis import strategies as st

from semisup import sources
from semisup.data import validation
from semisup.data.scaling import Scaling
from semisup.sources import chunks, files
from tests.conftest import blobs
from tests.fuzz.attempts import counts, fuzz
from tests.fuzz.damage import damaged

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

DTYPES = [
    "<f4",
    "<f8",
    ">f8",
    "<f2",
    "|u1",
    "<i8",
    ">i4",
    "|b1",
    "|O",
    "<U3",
    "<U0",
    "|V0",
    "|V8",
    "<c16",
    "<M8[ns]",
    "f16",
]
STRUCTURED = [[("a", "<f4"), ("b", "|O")], [("a", "<f4")], [("a", "<f4", (2**40,))], "garbage", None, "|S0"]
SIZES = [0, 1, 2, 3, 6, 40, 120, 10**9, 2**31, 2**40, 2**62, 2**63, -1, -(2**40), 2**70]
SCALING = Scaling("none, already in [0, 1]", np.float64(0), np.float64(1))


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def npz(compressed=False, **arrays):
    buffer = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(buffer, **arrays)
    return buffer.getvalue()


X, Y = blobs(60)
NPY = [
    npy(X),
    npy(np.asfortranarray(X)),
    npy(X.astype(">f8")),
    npy((X * 255).astype(np.uint8)),
    npy(np.array([{}], object)),
]
NPZ = [npz(x=X, y=Y), npz(True, x=X, y=Y, x_test=X, y_test=Y), npz(x=X.reshape(60, 3, 2), y=np.where(Y, Y, -1))]


def _header(descr, fortran, shape, payload, version):
    text = repr({"descr": descr, "fortran_order": fortran, "shape": tuple(shape)}).encode() + b"\n"
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text + payload


headers = st.builds(
    _header,
    st.sampled_from(DTYPES + STRUCTURED),
    st.sampled_from([False, False, True, 3]),
    st.lists(st.sampled_from(SIZES), max_size=5),
    st.one_of(st.binary(max_size=600), st.just(bytes(5760))),
    st.sampled_from([1, 2, 3, 9]),
)
npy_files = st.one_of(damaged(NPY), damaged(NPY), headers)


def _zipped(x, y, method, lie):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("x.npy", x)
        archive.writestr("y.npy", y)
    made = bytearray(buffer.getvalue())
    if lie:  # about the sizes, in the directory
        at = made.rfind(b"PK\x01\x02") + 20
        made[at : at + 8] = struct.pack("<II", *lie)
    return bytes(made)


def bomb(megabytes):
    return npz(True, x=np.zeros((megabytes * 2**20 // 64, 64), np.uint8), y=np.zeros(4, int))


zipped = st.builds(
    _zipped,
    npy_files,
    st.one_of(headers, st.just(npy(Y))),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]),
    st.one_of(st.none(), st.tuples(*[st.sampled_from([0, 5, 2**20, 2**31, 2**32 - 1])] * 2)),
)
npz_files = st.one_of(damaged(NPZ), damaged(NPZ), zipped)


def sound(dataset):
    x = dataset.x_train[:]
    assert x.dtype == np.float32
    assert np.isfinite(x).all()
    assert x.min() >= 0
    assert x.max() <= 1
    assert len(x) == len(dataset.y_train)
    assert dataset.y_train.min() >= -1
    assert dataset.y_train.max() < max(1, dataset.classes)
    assert np.isfinite(dataset.x_test).all()


def by_numpy(path):
    if path.suffix == ".npz":  # np.load wants it to begin with PK; zip files may begin with anything
        with np.lib.npyio.NpzFile(path.open("rb"), own_fid=True, allow_pickle=False) as archive:
            return archive["x"]
    return np.load(path, allow_pickle=False)


def load_each(name, files, count, tally):
    """Try contents of a file that is loaded as a dataset."""

    def one(content):
        Path(name).write_bytes(content)
        tally.attempt(lambda: sources.load(name), sound)

    fuzz(files, count, one)


@counts(200, 20_000)
def test_npz(count, tally):
    load_each("a.npz", npz_files, count, tally)


@counts(200, 20_000)
def test_npy(count, tally):
    load_each("x.npy", npy_files, count, tally)


@counts(60, 3_000)
def test_folder_of_npy(count, tally):
    Path("f").mkdir()
    names = st.sampled_from(
        [b'{"class_names": ["a", "b", "c"]}', b"[[[", b'{"items": 3}', b'{"class_names": {}}', b"\xff"]
    )

    def one(contents):
        for name, content in zip(("x.npy", "y.npy", "names.json"), contents, strict=True):
            (Path("f") / name).write_bytes(content)
        tally.attempt(lambda: sources.load("f"), sound)

    fuzz(st.tuples(npy_files, st.one_of(st.just(npy(Y)), npy_files), names), count, one)


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
@counts(100, 8_000)
def test_chunks_of_arrays(suffix, count, tally):
    path = Path("a" + suffix)

    def right(parts):
        expected = by_numpy(path).reshape(-1, 6).astype(np.float64)
        np.testing.assert_allclose(np.concatenate(parts), np.clip(expected, 0, 1), atol=1e-6)

    def read():
        return [validation.scaled(raw, (6,), SCALING, "a", first) for first, raw in chunks.chunks(path, (6,), SCALING)]

    def one(content):
        path.write_bytes(content)
        tally.attempt(read, right)

    fuzz(npy_files if suffix == ".npy" else npz_files, count, one)


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
@counts(60, 6_000)
def test_inputs_from_files(suffix, count, tally):
    path = Path("a" + suffix)

    def right(x):
        expected = by_numpy(path).reshape(-1, 6).astype(np.float64)
        np.testing.assert_allclose(x, np.clip(expected, 0, 1), atol=1e-6)

    def one(content):
        path.write_bytes(content)
        tally.attempt(lambda: files.read(path, (6,), SCALING), right)

    fuzz(npy_files if suffix == ".npy" else npz_files, count, one)


@pytest.mark.parametrize("read", ["npz", "chunks", "files"])
def test_a_zip_bomb_is_refused(read, tally):
    """80 MB of zeros in 80 kB."""
    path = Path("a.npz")
    path.write_bytes(bomb(80))
    readers = {
        "npz": lambda: sources.load("a.npz"),
        "chunks": lambda: list(chunks.chunks(path, (64,), SCALING)),
        "files": lambda: files.read(path, (64,), SCALING),
    }
    tally.attempt(readers[read])
    assert tally.outcomes["refused"] == 1
