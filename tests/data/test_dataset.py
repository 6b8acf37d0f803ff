import numpy as np
import pytest

from semisup import sources
from semisup.data import description
from semisup.data.dataset import Arrays, build
from semisup.errors import InputError
from tests.conftest import blobs


def arrays(**changes):
    x, y = blobs(60)
    x_test, y_test = blobs(30, seed=1)
    return Arrays(**({"x": x, "y": y, "x_test": x_test, "y_test": y_test} | changes))


def test_digits_has_the_stated_split_and_range():
    digits = sources.load("digits")
    assert digits.x_train.shape == (1400, 8, 8, 1)
    assert digits.x_test.shape == (397, 8, 8, 1)
    assert digits.x_train.dtype == np.float32
    assert (digits.x_train.min(), digits.x_train.max()) == (0, 1)
    assert digits.classes == 10
    assert digits.class_names[3] == "3"
    assert digits.scaling.rule == "(x - 0) / 16"


def test_the_hold_out_is_a_fixed_function_of_the_arrays():
    assert sources.load("digits").digest == sources.load("digits").digest


def test_the_digest_sees_a_single_changed_label():
    y = arrays().y.copy()
    y[0] = (y[0] + 1) % 3
    assert build("a", arrays()).digest != build("a", arrays(y=y)).digest


def test_hold_out_is_stratified_and_disjoint():
    x, y = blobs(100, classes=2)
    found = build("a", Arrays(x, y))
    assert len(found.x_test) == 20
    assert np.bincount(found.y_test).tolist() == [10, 10]
    train, test = ({row.tobytes() for row in part} for part in (found.x_train, found.x_test))
    assert not train & test


def test_hold_out_takes_labelled_rows_only():
    x, y = blobs(100, classes=2)
    y[40:] = -1
    found = build("a", Arrays(x, y))
    assert (found.y_test >= 0).all()
    assert (len(found.y_train), len(found.y_test)) == (92, 8)


def test_the_only_label_of_a_class_stays_in_training():
    x, y = blobs(60, classes=2)
    y[10:], y[59] = -1, 2
    found = build("a", Arrays(x, y))
    assert np.bincount(found.y_train[found.y_train >= 0]).tolist() == [4, 4, 1]
    assert sorted(found.y_test) == [0, 1]
    assert description.sentences(found)[3] == "classes with one label, so not in the test set: 2"


def test_rows_are_numbered_as_in_the_source():
    x, y = blobs(100, classes=2)
    found = build("a", Arrays(x, y))
    assert len(found.origin.rows) == len(found.origin.names()) == 80
    np.testing.assert_array_equal(found.scaling(x[found.origin.rows]), found.x_train)
    assert set(found.origin.names()) == {"a"}
    assert build("a", arrays()).origin.rows.tolist() == list(range(60))


def test_data_without_any_label_can_be_pretrained_on():
    found = build("a", Arrays(blobs(50)[0], np.full(50, -1)))
    assert found.classes == 0
    assert len(found.x_test) == 10


def test_test_labels_do_no_harm_where_nothing_is_labelled():
    x, y = blobs(50)
    assert build("a", Arrays(x, np.full(50, -1), x[:9], y[:9])).classes == 0


def test_grey_images_get_a_channel():
    x, y = blobs(60, shape=(5, 4))
    assert build("a", Arrays(x, y)).shape == (5, 4, 1)


def with_bad_value(value):
    x = blobs(60)[0]
    x[17, 2] = value
    return x


BAD = {
    "NaN": ({"x": with_bad_value(np.nan)}, "x has NaN or infinite values in 1 rows, the first is row 17"),
    "too large": ({"x": with_bad_value(0).astype("f8") * 1e300}, "x has NaN or infinite values"),
    "infinite": ({"x_test": with_bad_value(np.inf)[:30]}, "x_test has NaN or infinite"),
    "rank 1": ({"x": np.zeros(60)}, "x has shape (60,), expected (rows, features)"),
    "rank 5": ({"x": np.zeros((60, 1, 1, 1, 1))}, "x has shape"),
    "no rows": ({"x": np.zeros((0, 6))}, "expected at least one row"),
    "text": ({"x": np.full((60, 6), "a")}, "x has dtype <U1, expected numbers"),
    "lengths": ({"y": np.arange(59) % 3}, "x has 60 rows and y has 59"),
    "test lengths": ({"y_test": np.arange(31) % 3}, "x_test has 30 rows and y_test has 31"),
    "test shape": ({"x_test": np.zeros((30, 7))}, "x_test has inputs of shape (7,), expected (6,)"),
    "test scale": ({"x_test": np.zeros((30, 6), np.uint8)}, "x_test has dtype uint8 and x has float32"),
    "identifiers": ({"y": np.arange(60) + 10**14}, "y has 60 different values in 60 labelled rows, expected classes"),
    "label rank": ({"y": np.full((60, 2), 3)}, "y has shape (60, 2), expected (rows,), or one 1 in each row (one-hot)"),
    "label dtype": ({"y": np.full(60, 1j)}, "y has dtype complex128, expected whole numbers or texts"),
    "numbers": ({"y": np.arange(60) / 4}, "y has the label 0.25 in row 1, expected classes, found numbers"),
    "-1 and 1": (
        {"y": np.arange(60) % 2 * 2 - 1},
        "y has the labels -1 and 1 alone; -1 stands for unlabelled, write 0",
    ),
    "texts and numbers": (
        {"y": np.array(["a", "b"] * 30)},
        "y_test has class 0 in row 0, expected one of a, b as in y",
    ),
    "label below -1": ({"y": np.full(60, -2)}, "y has the label -2 in row 0"),
    "one class": ({"y": np.zeros(60, int)}, "expected at least two classes"),
    "unlabelled test": ({"y_test": np.arange(30) % 4 - 1}, "y_test row 0 has no label"),
    "unknown test class": (
        {"y_test": np.arange(30) % 4},
        "y_test has class 3 in row 3, expected one of 0, 1, 2 as in y",
    ),
    "rare classes": (
        {"x": blobs(12)[0], "y": np.array([0, 1, 2, 3] + [-1] * 8), "x_test": None, "y_test": None},
        "each class has one labelled row and there is no test set",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_arrays_are_refused_in_one_sentence(case):
    changes, sentence = BAD[case]
    with pytest.raises(InputError) as refusal:
        build("my.npz", arrays(**changes))
    assert sentence in str(refusal.value)
    assert str(refusal.value).startswith("my.npz: ")
    assert "\n" not in str(refusal.value)


def test_an_unknown_source_is_refused():
    with pytest.raises(
        InputError,
        match=r"expected digits, tfds:NAME, an \.npz or \.npy file, a folder of pictures, or a table .*'nums'",
    ):
        sources.load("nums")
