"""Cross-validation in which only labelled rows are tested."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.model_selection import BaseCrossValidator, check_cv
from sklearn.utils import _safe_indexing

from semisup.errors import InputError
from semisup.model_selection.labels import read_labels


class LabelledSplit(BaseCrossValidator):
    """Split the labelled rows as another splitter does; unlabelled rows are in every training set, and in no test set.

    A test row's input is kept out of training as its label is: scikit-learn hands a fit the training rows alone.

    Args:
        cv: number of stratified folds of the labelled rows, or a splitter of scikit-learn for them, such as
            `RepeatedStratifiedKFold(n_splits=5, n_repeats=10, random_state=0)` or `GroupKFold()`.

    Example:
        >>> from semisup.model_selection import LabelledSplit
        >>> y = [0, 1, -1, 0, 1, -1]
        >>> for train, test in LabelledSplit(2).split(y, y):
        ...     print(train, test)
        [2 3 4 5] [0 1]
        [0 1 2 5] [3 4]
    """

    def __init__(self, cv: Any = 5) -> None:
        self.cv = cv

    def split(
        self, X: ArrayLike, y: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield row numbers: (rows,) of training, in ascending order, and (labels,) of the test.

        Args:
            X: (n, ...) inputs; they are not used.
            y: (n,) classes, or what stands for none (see `labels.read_labels`).
            groups: (n,) groups for the splitter, if it needs them.

        Raises:
            ValueError: no row has a label, or there are fewer labels than folds.
        """
        classes, known = self._labelled(y)
        rows, unlabelled = np.flatnonzero(known), np.flatnonzero(~known)
        of_rows = None if groups is None else _safe_indexing(groups, rows)
        for train, test in self._splitter(classes).split(rows[:, None], classes, of_rows):
            yield np.union1d(unlabelled, rows[train]), rows[test]

    def get_n_splits(
        self, X: ArrayLike | None = None, y: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> int:
        """Return the number of splits. Arguments as in `split`; a number of folds needs none of them."""
        if y is None:
            return self._splitter(None).get_n_splits()
        classes, known = self._labelled(y)
        of_rows = None if groups is None else _safe_indexing(groups, np.flatnonzero(known))
        return self._splitter(classes).get_n_splits(classes, classes, of_rows)

    def _labelled(self, y: ArrayLike | None) -> tuple[np.ndarray, np.ndarray]:
        """Return the (labels,) numbers of the classes, and (n,) bool, True where a row has one."""
        if y is None:
            raise InputError("y: expected labels of some rows, found None")
        known, classes = read_labels(y)
        if not known.any():
            raise InputError(f"y: expected a labelled row to test, found none among {len(known)}")
        return np.unique(classes, return_inverse=True)[1], known

    def _splitter(self, classes: np.ndarray | None) -> Any:
        return check_cv(self.cv, np.array([0, 1]) if classes is None else classes, classifier=True)
