"""Inputs of the estimators: an array of numbers, or a table (a DataFrame) with columns of any kind."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from semisup.data import columns
from semisup.data.columns import Columns
from semisup.data.scaling import Scaling, fit_scaling
from semisup.errors import InputError
from semisup.settings.sources import TableOptions
from semisup.system import autologging


def is_table(X: ArrayLike) -> bool:
    """Return whether inputs are a DataFrame."""
    return isinstance(X, pd.DataFrame)


def checked(estimator: BaseEstimator, X: ArrayLike, reset: bool, table: bool) -> np.ndarray | pd.DataFrame:
    """Check (n, features) inputs as scikit-learn does: their shape, and number, names and order of the features.

    Args:
        estimator: gets `n_features_in_` and `feature_names_in_`, or has them.
        X: the inputs.
        reset: whether the estimator is fitted to these inputs.
        table: whether to return a DataFrame, whose columns have texts as names, instead of an array of numbers.

    Raises:
        ValueError: the inputs are not as expected.
    """
    if not table:
        return validate_data(estimator, X, reset=reset)
    names = _names(estimator, X)
    if not names.is_unique:
        raise InputError(f"X: expected each column once, found {names[names.duplicated()][0]!r} twice")
    validate_data(estimator, X, reset=reset, skip_check_array=True)
    frame = X if is_table(X) else pd.DataFrame(X)
    if 0 in frame.shape:
        raise InputError(f"X: expected at least one row and one column, found shape {frame.shape}")
    return frame.set_axis(names, axis=1)


def _names(estimator: BaseEstimator, X: ArrayLike) -> pd.Index:
    """Return the names of the columns: their own, or of an array those of the table that the estimator knows."""
    if is_table(X):
        return X.columns.map(str)
    known = getattr(estimator, "feature_names_in_", range(estimator.n_features_in_))
    return pd.Index([str(name) for name in known])


def fit_preprocessing(X: np.ndarray | pd.DataFrame) -> Scaling | Columns:
    """Fit what brings the training inputs to [0, 1]: of a table, what the commands do with a table.

    Raises:
        InputError: a column of a table has no value, or infinite ones.
    """
    return columns.fit(X, [], TableOptions(), "X") if is_table(X) else fit_scaling(X)


def preprocessed(X: np.ndarray | pd.DataFrame, fitted: Scaling | Columns) -> np.ndarray:
    """Return inputs as float32 in [0, 1].

    Raises:
        InputError: a column of a table has a value of another kind than in training.
    """
    with autologging.off():
        return fitted(X, "X") if is_table(X) else fitted(X)
