"""scikit-learn's digits: 1,797 grey images of 8×8, ten classes. A fixed stratified draw of 397 is the test set."""

import numpy as np

from semisup.data.dataset import Arrays
from semisup.sources.source import Reading

TEST_SIZE = 397


def read(source: str, reading: Reading) -> Arrays:
    """Read the images as (1797, 8, 8) float64 in 0..16."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    names = [str(name) for name in bunch.target_names]
    return Arrays(bunch.images, bunch.target.astype(np.int64), class_names=names, test_size=TEST_SIZE)
