import numpy as np
import pytest

from semisup import sources
from semisup.data import memory_mapped
from semisup.errors import InputError
from tests.conftest import blobs, write_npz


def write_folder(folder, **changes):
    """The arrays of `write_npz` as a folder, x being of the dtype it has in the archive."""
    folder.mkdir()
    with np.load(write_npz(folder.parent / f"{folder.name}.npz", **changes)) as archive:
        for key in archive.files:
            np.save(folder / f"{key}.npy", archive[key])
    return folder


def with_missing_labels():
    y = blobs(120)[1]
    y[60:] = -1
    return y


def table(dtype, shape=(6,)):
    return (np.random.default_rng(0).uniform(-300, 300, (120, *shape))).astype(dtype)


SAME = {
    "labels and a test set": {},
    "unlabelled rows, test set held out": {"y": with_missing_labels(), "x_test": None, "y_test": None},
    "bytes": {"x": table("u1", (5, 4)), "x_test": None, "y_test": None},
    "columns to be scaled": {"x": table("i4"), "x_test": None, "y_test": None},
    "images to be scaled": {"x": table("f8", (5, 4, 2)), "x_test": None, "y_test": None},
}


@pytest.mark.parametrize("case", SAME)
def test_a_folder_of_arrays_is_the_archive_with_the_same_arrays(tmp_path, case, monkeypatch):
    monkeypatch.setattr(memory_mapped, "CHUNK", 1000)  # so that there are many
    found = sources.load(str(write_folder(tmp_path / "a", **SAME[case])))
    archive = sources.load(str(tmp_path / "a.npz"))
    assert isinstance(found.x_train, memory_mapped.Mapped)
    assert found.digest == archive.digest
    assert found.scaling.to_json() == archive.scaling.to_json()
    np.testing.assert_array_equal(found.x_train[:], archive.x_train)


def test_a_single_file_is_inputs_without_labels(tmp_path):
    np.save(tmp_path / "x.npy", blobs(50)[0])
    found = sources.load(str(tmp_path / "x.npy"))
    assert (len(found.x_train), len(found.x_test), found.classes) == (40, 10, 0)


def test_rows_are_found_by_number_slice_array_and_mask_in_any_shape(tmp_path):
    archive = sources.load(str(write_npz(tmp_path / "a.npz", shape=(5, 4)))).x_train
    x = sources.load(str(write_folder(tmp_path / "b", shape=(5, 4)))).x_train
    mask = np.arange(len(x)) % 7 == 0
    for key in (3, np.int64(-1), slice(2, 40, 3), np.array([9, 2, 2]), mask):
        np.testing.assert_array_equal(x[key], archive[key])
    assert (x.shape, x.ndim, x.dtype) == (archive.shape, archive.ndim, archive.dtype)
    np.testing.assert_array_equal(x.reshape(len(x), -1)[5:9], archive.reshape(len(x), -1)[5:9])
    np.testing.assert_array_equal(memory_mapped.some(x, np.array([8, 3]))[:], archive[[8, 3]])
    with pytest.raises(InputError, match=r"x.npy: expected data that fits into memory"):
        np.asarray(x)


def nan_in_row(row):
    x = blobs(120)[0]
    x[row, 2] = np.nan
    return x


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"z": np.zeros(3)}, "unknown array 'z', expected x, y, x_test, y_test"),
        ({"y_test": None}, "expected both x_test and y_test or neither"),
        ({"x": np.asfortranarray(blobs(120)[0])}, "x.npy: expected rows that lie together"),
        ({"x": nan_in_row(101)}, "x has NaN or infinite values in 1 rows, the first is row 101"),
        ({"x": np.zeros(120)}, "x has shape (120,), expected (rows, features)"),
        ({"x": np.array(3.0)}, "x.npy: expected rows of inputs, found a single value"),
        ({"x": np.full((120, 6), "a")}, "x has dtype <U1, expected numbers"),
        ({"y": np.zeros(5, int)}, "x has 120 rows and y has 5"),
    ],
)
def test_bad_contents_are_refused(tmp_path, changes, sentence):
    with pytest.raises(InputError) as refusal:
        sources.load(str(write_folder(tmp_path / "a", **changes)))
    assert sentence in str(refusal.value)
    assert str(refusal.value).startswith(f"{tmp_path / 'a'}")


@pytest.mark.parametrize("keep", [0, 1, 100, -40])
def test_a_damaged_file_is_refused(tmp_path, keep):
    np.save(tmp_path / "x.npy", blobs(50)[0])
    (tmp_path / "x.npy").write_bytes((tmp_path / "x.npy").read_bytes()[:keep])
    with pytest.raises(InputError, match="x.npy: not a readable array"):
        sources.load(str(tmp_path / "x.npy"))


def test_python_objects_are_refused(tmp_path):
    np.save(tmp_path / "x.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="x.npy: not a readable array"):
        sources.load(str(tmp_path / "x.npy"))


@pytest.mark.parametrize(
    ("descr", "shape"), [("<f4", (10**12, 0)), ("|V0", (2**40, 6)), ("<U0", (2**40,)), ("<f4", (-1, 6)), ("<U0", ())]
)
def test_rows_without_bytes_are_refused(tmp_path, descr, shape):
    """A header may declare as many as it likes."""
    with (tmp_path / "x.npy").open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": descr, "fortran_order": False, "shape": shape})
    with pytest.raises(InputError, match=r"x.npy: (expected at least one row|not a readable array)"):
        sources.load(str(tmp_path / "x.npy"))
