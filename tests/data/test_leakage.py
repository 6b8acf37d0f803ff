import numpy as np
import pytest

from semisup import sources
from semisup.data import leakage
from semisup.errors import InputError
from tests.conftest import blobs, write_npz


def write(path, leaking, mapped=False, **changes):
    """Blobs with a test set, of whose inputs some are training inputs too."""
    x, y = blobs(60)
    arrays = {
        "x": x,
        "y": y,
        "x_test": np.concatenate([x[leaking], x[:20] + 0.5]),
        "y_test": np.zeros(len(leaking) + 20),
    }
    arrays = {key: value.astype(int) if key[0] == "y" else value for key, value in (arrays | changes).items()}
    if not mapped:
        np.savez(path, **arrays)
        return str(path)
    path.with_suffix("").mkdir()
    for key, value in arrays.items():
        np.save(path.with_suffix("") / f"{key}.npy", value)
    return str(path.with_suffix(""))


@pytest.mark.parametrize("mapped", [False, True])
def test_leaks_are_counted_and_removed_on_request(tmp_path, mapped):
    source = write(tmp_path / "a.npz", [3, 7, 40], mapped)
    kept, removed = (sources.load(source, leaks=how) for how in ("keep", "remove"))
    assert kept.leaks == removed.leaks == 3
    assert (len(kept.x_train), len(removed.x_train)) == (60, 57)
    left = np.setdiff1d(np.arange(60), [3, 7, 40])
    np.testing.assert_array_equal(removed.origin.rows, left)
    np.testing.assert_array_equal(removed.x_train[:], kept.x_train[left])
    np.testing.assert_array_equal(removed.y_train, kept.y_train[left])
    np.testing.assert_array_equal(removed.x_test, kept.x_test)
    assert not leakage.leaking(removed.x_train, removed.x_test).any()
    assert kept.digest != removed.digest


def test_rows_that_differ_in_one_bit_are_no_leak(tmp_path):
    x, _ = blobs(60)
    near = np.nextafter(x.astype(np.float32), np.float32(np.inf))
    assert leakage.leaking(x.astype(np.float32), near).sum() == 0
    assert leakage.leaking(x, x[::-1]).all()


def test_duplicates_within_the_training_rows_are_no_leak(tmp_path):
    x, y = blobs(60)
    path = write(tmp_path / "a.npz", [], x=np.concatenate([x, x]), y=np.concatenate([y, y]))
    assert sources.load(path, leaks="remove").leaks == 0


def test_a_class_that_only_leaks_have_is_refused(tmp_path):
    _, y = blobs(60)
    alone = np.where(np.arange(60) == 5, y.max() + 1, y)
    with pytest.raises(InputError, match="labelled row of class 3 left without the 1 that are in the test set"):
        sources.load(write(tmp_path / "a.npz", [5], y=alone), leaks="remove")
    everything = write(tmp_path / "b.npz", list(range(60)), y=np.full(60, -1))
    with pytest.raises(InputError, match="no training row left without the 60"):
        sources.load(everything, leaks="remove")


def test_the_user_is_warned_of_what_is_kept(tmp_path, capsys):
    source = write(tmp_path / "a.npz", [3, 7, 40])
    leakage.warn_of(sources.load(source))
    assert "3 of 60 training rows have an input that is in the test set too" in capsys.readouterr().err
    leakage.warn_of(sources.load(source, leaks="remove"))
    leakage.warn_of(sources.load(str(write_npz(tmp_path / "b.npz"))))
    assert not capsys.readouterr().err
