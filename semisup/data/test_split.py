"""Hold out a test set if a source has none."""

import numpy as np

from semisup.errors import InputError

SHARE = 0.2  # fraction of the labelled rows
MOST_ROWS = 10_000
MOST_BYTES = 2**28  # as float32: the test set is kept in memory, even if the training inputs are not


def hold_out_rows(
    name: str, y: np.ndarray, size: int | None = None, features: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Split rows into training and test rows.

    Test rows are labelled and stratified by class. The only labelled row of a class stays in training. If no row is
    labelled, they are drawn from all rows. The split is a fixed function of the labels (seed 0), so it belongs to the
    dataset and not to a run.

    Args:
        name: of the dataset, for errors.
        y: (n,) classes, -1 for unlabelled rows.
        size: rows of the test set. Default: a fifth of the labelled rows, at most 10,000 rows and 256 MiB, and at least
            as many rows as classes.
        features: numbers in a row.

    Returns:
        The row numbers of the training rows, sorted, and of the test rows.

    Raises:
        InputError: there are too few rows.
    """
    from sklearn.model_selection import train_test_split

    labelled = np.flatnonzero(y >= 0)
    pool, strata = (labelled, y[labelled]) if len(labelled) else (np.arange(len(y)), None)
    if strata is not None:
        several = np.bincount(strata)[strata] > 1
        if not several.any():
            raise InputError(
                f"{name}: each class has one labelled row and there is no test set, expected one, or a class with "
                "two labelled rows"
            )
        pool, strata = pool[several], strata[several]
    default = min(round(SHARE * len(pool)), MOST_ROWS, MOST_BYTES // (4 * features))
    size = size or max(default, len(np.unique(strata)) if strata is not None else 1)
    if size >= len(pool):
        raise InputError(f"{name}: {len(y)} rows and no test set, expected more rows")
    _, test = train_test_split(pool, test_size=size, random_state=0, stratify=strata)
    return np.setdiff1d(np.arange(len(y)), test), test
