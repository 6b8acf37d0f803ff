"""Multinomial logistic regression with scikit-learn's default penalty."""

import numpy as np
from sklearn.linear_model import LogisticRegression


def predict(x: np.ndarray, y: np.ndarray, x_test: np.ndarray) -> np.ndarray:
    """Fit on labelled rows and predict.

    Args:
        x: (n, ...) inputs or codes, flattened here.
        y: (n,) their classes; every class 0..C-1 occurs.
        x_test: (m, ...) to predict.

    Returns:
        (m, C) probabilities.
    """
    model = LogisticRegression(max_iter=1000).fit(x.reshape(len(x), -1), y)
    return model.predict_proba(x_test.reshape(len(x_test), -1))
