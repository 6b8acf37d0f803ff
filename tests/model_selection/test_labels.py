import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import DataConversionWarning

from semisup import InputError
from semisup.model_selection.labels import read_labels

NAN = float("nan")


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        ([0, 1, -1], [0, 1]),
        (np.array([0.0, 1.0, NAN]), [0.0, 1.0]),
        (np.array([2, 3, None], object), [2, 3]),
        (np.array([True, False, None], object), [True, False]),
        (pd.Series([2, 3, None], dtype="Int64"), [2, 3]),
        (pd.Series([2, 3, None], dtype="int64[pyarrow]"), [2, 3]),
        (pd.Series([True, False, None], dtype="boolean"), [True, False]),
        (pd.Series([2, 3, -1], index=["a", "b", "c"]), [2, 3]),
        (["a", "b", ""], ["a", "b"]),
        (["a", "b", NAN], ["a", "b"]),
        (["a", "b", -1], ["a", "b"]),
        (np.array(["a", "b", pd.NA], object), ["a", "b"]),
        (np.array(["a", "b", ""]), ["a", "b"]),
        (pd.Series(["a", "b", None]), ["a", "b"]),
        (pd.Series(["a", "b", None], dtype="string"), ["a", "b"]),
        (pd.Series(["a", "b", None], dtype="category"), ["a", "b"]),
    ],
)
def test_what_marks_a_missing_label_is_none_and_the_others_keep_their_kind(y, expected):
    known, classes = read_labels(y)
    assert known.tolist() == [True, True, False]
    assert classes.tolist() == expected
    assert {type(each) for each in classes.tolist()} == {type(expected[0])}


def test_truth_values_are_classes_and_no_numbers_to_leave_out():
    known, classes = read_labels(np.array([True, False, True]))
    assert known.all()
    assert classes.dtype == bool


@pytest.mark.parametrize(
    ("y", "sentence"),
    [
        (np.array(["a", "-1"]), "y: expected dtype object with None or -1 .* found the text '-1'"),
        (np.array(["a", NAN]), "found the text 'nan'"),
        (np.array(["a", 1, None], object), "all texts or all numbers, found texts and 1"),
        (np.array([1.0, np.inf]), "y contains infinity"),
    ],
)
def test_labels_that_could_mean_two_things_are_refused(y, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_labels(y)


def test_a_column_is_taken_with_scikit_learns_warning():
    with pytest.warns(DataConversionWarning):
        assert read_labels(np.array([[1], [-1]]))[0].tolist() == [True, False]


def test_an_own_error_is_an_input_error():
    with pytest.raises(InputError):
        read_labels(["a", "-1"])
