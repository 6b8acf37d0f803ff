"""Labels as scikit-learn's semi-supervised estimators take them, some of which are missing."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import assert_all_finite, column_or_1d

from semisup.data.dataset import UNLABELLED
from semisup.errors import InputError

DOUBTFUL = (str(UNLABELLED), "nan")  # texts that NumPy makes of the marks of a missing label beside texts


def read_labels(y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Say which rows have a label, and which one.

    A row is unlabelled if its y is -1, None, NaN, NaT or pandas' NA, or an empty text.

    Args:
        y: (n,) classes: numbers, texts or truth values, as a list, an array or a column of pandas.

    Returns:
        (n,) bool, True where there is a label; and the (labels,) classes of those rows, of one dtype: texts keep that
        of `y`, and numbers among other objects become an array of numbers.

    Raises:
        ValueError: y is not one column, a class is infinite, texts and numbers are mixed, or one is the text "-1" or
            "nan", which may be a class or mean that there is none.
    """
    values = column_or_1d(_as_array(y), warn=True)
    known = ~_missing(values)
    classes = values[known]
    if classes.dtype == object:
        classes = _of_one_dtype(classes)
    if classes.dtype.kind == "f":
        assert_all_finite(classes, input_name="y")
    elif classes.dtype.kind in "OUS" and np.isin(classes.astype(str), DOUBTFUL).any():
        found = next(str(each) for each in classes.astype(str) if each in DOUBTFUL)
        raise InputError(
            f"y: expected dtype object with None or {UNLABELLED} where a row of texts has no label, found the text "
            f"{found!r}"
        )
    return known, classes


def _as_array(y: ArrayLike) -> np.ndarray:
    """Return labels as an array in which what is missing stays so: NumPy would turn it into text beside texts."""
    if hasattr(y, "iloc") and not isinstance(getattr(y, "dtype", None), np.dtype):  # a type of pandas' own
        return y.to_numpy(object)
    values = np.asarray(y)
    return np.array(y, object) if values.dtype.kind in "US" and not hasattr(y, "dtype") else values


def _missing(values: np.ndarray) -> np.ndarray:
    """Return (n,) bool, True where a value stands for no label."""
    if values.dtype.kind in "US":
        return values == np.array("", values.dtype)
    if values.dtype.kind in "iu":
        return values == UNLABELLED
    if values.dtype.kind == "f":
        return np.isnan(values) | (values == UNLABELLED)
    if values.dtype.kind == "M":
        return np.isnat(values)
    return np.fromiter(map(_is_missing, values), bool, len(values)) if values.dtype == object else values != values


def _is_missing(value: Any) -> bool:
    if value is None or isinstance(value, str):
        return not value
    unequal = value != value  # NaN and NaT; NA gives NA, which is neither true nor false
    return not isinstance(unequal, bool | np.bool_) or bool(unequal) or bool(value == UNLABELLED)


def _of_one_dtype(classes: np.ndarray) -> np.ndarray:
    """Return objects that are all numbers, or all truth values, as an array of them; and texts as they are."""
    texts = sum(isinstance(each, str) for each in classes)
    if texts == len(classes):
        return classes
    if texts:
        other = next(each for each in classes if not isinstance(each, str))
        raise InputError(f"y: expected classes that are all texts or all numbers, found texts and {other!r}")
    return np.array(classes.tolist())
