import numpy as np
import pytest

from semisup.data import labels
from semisup.errors import InputError


@pytest.mark.parametrize(
    ("y", "codes", "names", "told"),
    [
        ([0, 1, 2, -1], [0, 1, 2, -1], ["0", "1", "2"], []),
        ([1, 2, 10, -1], [0, 1, 2, -1], ["1", "2", "10"], ["labels taken as classes: 1, 2, 10"]),
        ([[0], [1], [1], [-1]], [0, 1, 1, -1], ["0", "1"], []),
        ([True, False, True, False], [1, 0, 1, 0], ["False", "True"], ["labels taken as classes: False, True"]),
        ([1.0, 0.0, np.nan, 1.0], [1, 0, -1, 1], ["0", "1"], ["y has NaN in 2 rows, taken as no label"]),
        (
            [[1, 0], [0, 1], [0, 1], [0, 0]],
            [0, 1, 1, -1],
            ["0", "1"],
            ["y has a column for each of 2 classes"],
        ),
        (
            ["cat", "ant", "", " cat"],
            [1, 0, -1, 1],
            ["ant", "cat"],
            ["y has '', taken as no label", "labels taken as classes: ant, cat"],
        ),
        ([b"cat", b"ant", b"ant", b"cat"], [1, 0, 0, 1], ["ant", "cat"], ["labels taken as classes: ant, cat"]),
        ([-1, -1, -1, -1], [-1] * 4, [], []),
    ],
    ids=["plain", "gaps", "column", "truth", "float", "one-hot", "text", "bytes", "none"],
)
def test_labels_are_read_as_what_they_plainly_are(y, codes, names, told):
    found = labels.read("a", np.array(y * 2))
    assert found.y.tolist() == codes * 2
    assert found.y.dtype == np.int64
    assert found.class_names == names
    assert found.notes == tuple(f"a: {note}" for note in told)


def test_test_labels_are_coded_as_training_labels():
    found = labels.read("a", np.array([3, 7, 7, 3]), np.array([[7], [3]]))
    assert found.y_test.tolist() == [1, 0]
    with pytest.raises(InputError, match="a: y_test has class 5 in row 1, expected one of 3, 7 as in y"):
        labels.read("a", np.array([3, 7, 7, 3]), np.array([7, 5]))


def test_one_label_a_class_is_enough_among_many_rows_without():
    y = np.full(60, -1)
    y[:5] = [4, 8, 15, 16, 23]
    assert labels.read("a", y).class_names == ["4", "8", "15", "16", "23"]
    with pytest.raises(InputError, match="a: y has 5 different values in 5 labelled rows, expected classes"):
        labels.read("a", y[:5])


def test_a_byte_of_255_is_no_label_among_several_classes():
    assert labels.read("a", np.array([0, 1, 255, 0, 1, 1], np.uint8)).y.tolist() == [0, 1, -1, 0, 1, 1]
    assert labels.read("a", np.array([0, 255, 255, 0], np.uint8)).class_names == ["0", "255"]
