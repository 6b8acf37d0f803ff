"""Labels as `sklearn.semi_supervised` takes them: -1 where a row is unlabelled."""

import numpy as np
from sklearn.utils.multiclass import check_classification_targets

from semisup.data.dataset import UNLABELLED
from semisup.errors import InputError


def labelled_rows(y: np.ndarray) -> np.ndarray:
    """Return the (labels,) row numbers of the labelled rows of (n,) labels.

    Raises:
        ValueError: the labels are not classes, or there are fewer than two classes.
    """
    texts = y.dtype.kind in "US"
    if texts and (y.astype(str) == str(UNLABELLED)).any():
        raise InputError("y: expected dtype object where -1 stands beside classes that are texts, found the text '-1'")
    rows = np.arange(len(y)) if texts else np.flatnonzero(y != UNLABELLED)
    if len(rows):
        check_classification_targets(y[rows])
    classes = len(np.unique(y[rows]))
    if classes < 2:
        raise InputError(f"y: expected labels of at least 2 classes besides -1 (unlabelled), found {classes} class")
    return rows
