"""Scores of labelled rows."""

from collections.abc import Callable
from functools import partial
from typing import Any

from numpy.typing import ArrayLike
from sklearn.metrics import get_scorer
from sklearn.utils import _safe_indexing, check_consistent_length

from semisup.errors import InputError
from semisup.model_selection.labels import read_labels

Scorer = Callable[..., float]


def labelled_scorer(scoring: str | Scorer) -> Scorer:
    """Make a scorer leave out unlabelled rows, which scikit-learn's own would count as errors.

    `SemiSupervisedClassifier.score`, which is the default of cross-validation and of grid searches, leaves them out
    itself.

    Args:
        scoring: name of one of scikit-learn's scorers, such as "balanced_accuracy", or what
            `sklearn.metrics.make_scorer` returns.

    Returns:
        A scorer: a function of an estimator, inputs X and labels y. It raises InputError if no row has a label; then
        cross-validation warns and takes NaN for the score, unless `error_score="raise"`.

    Example:
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.dummy import DummyClassifier
        >>> from semisup.model_selection import labelled_scorer
        >>> X, y = load_iris(return_X_y=True)
        >>> first = DummyClassifier(strategy="constant", constant=0).fit(X, y)
        >>> y_few = [0, None, 1, None]
        >>> labelled_scorer("accuracy")(first, X[:4], y_few)
        0.5
    """
    return partial(_score, get_scorer(scoring))


def _score(scorer: Scorer, estimator: Any, X: ArrayLike, y: ArrayLike, **options: Any) -> float:
    """Call a scorer with the labelled rows, and with those of `sample_weight`."""
    X, y, options = labelled_only(X, y, options)
    return scorer(estimator, X, y, **options)


def labelled_only(X: ArrayLike, y: ArrayLike, options: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """Return the labelled rows of inputs, of labels, and of those options that have a value for each row.

    Raises:
        InputError: no row has a label.
    """
    known, classes = read_labels(y)
    check_consistent_length(X, known)
    if not known.any():
        raise InputError(f"y: expected a labelled row to score, found none among {len(known)}")
    rows = known.nonzero()[0]
    weight = options.get("sample_weight")
    weights = {} if weight is None else {"sample_weight": _safe_indexing(weight, rows)}
    return _safe_indexing(X, rows), classes, options | weights
