from pathlib import Path

import numpy as np
import pytest

from semisup import sources
from semisup.sources import keys
from tests.conftest import blobs


@pytest.mark.parametrize(
    "names",
    [
        ("x", "y", "x_test", "y_test"),
        ("x_train", "y_train", "x_test", "y_test"),
        ("X_train", "Y_train", "X_test", "Y_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("trainX", "trainY", "testX", "testY"),
        ("images", "labels", "images_test", "labels_test"),
        ("training_data", "training_targets", "test_data", "test_targets"),
    ],
)
@pytest.mark.parametrize("folder", [False, True])
def test_arrays_are_known_by_the_names_that_people_give_them(names, folder, empty):
    (x, y), (x_test, y_test) = blobs(60), blobs(20, seed=1)
    arrays = dict(zip(names, (x, y, x_test, y_test), strict=True))
    if folder:
        Path("a").mkdir()
        for name, array in arrays.items():
            np.save(f"a/{name}.npy", array)
    else:
        np.savez("a.npz", **arrays)
    found = sources.load("a" if folder else "a.npz")
    np.testing.assert_array_equal(found.x_train[:], x)
    np.testing.assert_array_equal(found.y_train, y)
    np.testing.assert_array_equal(found.x_test, x_test)
    np.testing.assert_array_equal(found.y_test, y_test)
    assert (len(found.notes) == 0) == (names[0] == "x")


def test_pairs_and_arrays_without_labels_are_known_too():
    assert keys.named("a", ["X", "y"])[0] == {"x": "X", "y": "y"}
    assert keys.named("a", ["data", "target"])[1] == ("a: array 'data' as x, 'target' as y",)
    assert keys.named("a", ["arr_0", "arr_1"])[0] == {"x": "arr_0", "y": "arr_1"}
    assert keys.named("a", ["features"])[0] == {"x": "features"}
