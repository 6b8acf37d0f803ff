import zipfile

import numpy as np
import pytest

from semisup import sources
from semisup.errors import InputError
from tests.conftest import blobs, write_npz


def test_a_sound_archive_is_read(tmp_path):
    found = sources.load(str(write_npz(tmp_path / "a.npz")))
    assert found.x_train.shape == (120, 6)
    assert found.x_test.shape == (30, 6)
    assert found.classes == 3


def test_unlabelled_rows_are_kept(tmp_path):
    y = blobs(120)[1]
    y[10:] = -1
    found = sources.load(str(write_npz(tmp_path / "a.npz", y=y)))
    assert (found.y_train == -1).sum() == 110
    assert len(found.x_train) == 120


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"x": None, "y_test": None, "x_test": None}, "array 'x' is missing, found y"),
        ({"x": None}, "array 'x' is missing"),
        ({"y_test": None}, "expected both x_test and y_test or neither"),
        ({"z": np.zeros(3)}, "unknown array 'z', expected x, y, x_test, y_test, or such as X_train"),
        ({"y": np.array([{}] * 120, dtype=object)}, "array 'y' holds pickled Python objects"),
    ],
)
def test_bad_contents_are_refused(tmp_path, changes, sentence):
    path = write_npz(tmp_path / "a.npz", **changes)
    with pytest.raises(InputError) as refusal:
        sources.load(str(path))
    assert str(refusal.value).startswith(f"{path}: ")
    assert sentence in str(refusal.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="none.npz: no such file"):
        sources.load(str(tmp_path / "none.npz"))


def test_another_kind_of_file_is_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros(3))
    (tmp_path / "a.npy").rename(tmp_path / "a.npz")
    with pytest.raises(InputError, match="not a readable .npz archive"):
        sources.load(str(tmp_path / "a.npz"))


@pytest.mark.parametrize("keep", [0, 1, 100, 1500, -40])
def test_a_truncated_archive_is_refused(tmp_path, keep):
    path = write_npz(tmp_path / "a.npz")
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError, match="not a readable .npz archive"):
        sources.load(str(path))


@pytest.mark.parametrize("compressed", [False, True])
def test_damaged_bytes_are_refused_or_harmless(tmp_path, compressed):
    x, y = blobs(60)
    (np.savez_compressed if compressed else np.savez)(tmp_path / "a.npz", x=x, y=y)
    sound = (tmp_path / "a.npz").read_bytes()
    rng, refused = np.random.default_rng(0), 0
    for _ in range(60):
        damaged = bytearray(sound)
        damaged[rng.integers(len(damaged))] ^= 0xFF
        (tmp_path / "b.npz").write_bytes(damaged)
        try:
            sources.load(str(tmp_path / "b.npz"))
        except InputError:
            refused += 1
    assert refused > 30


def test_a_member_that_is_no_array_is_refused(tmp_path):
    path = write_npz(tmp_path / "a.npz", x=None)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("x.npy", b"no array")
    with pytest.raises(InputError, match="'x' is no array"):
        sources.load(str(path))


def test_an_archive_that_unpacks_to_far_more_than_it_is_is_refused(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", x=np.zeros((2**21, 40), np.uint8), y=np.zeros(4, int))
    with pytest.raises(InputError, match=r"bytes unpack to 83,886,"):
        sources.load(str(tmp_path / "a.npz"))
