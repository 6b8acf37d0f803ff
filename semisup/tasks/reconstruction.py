"""Score reconstructions of test inputs, beside PCA with as many numbers.

The metrics are squared error and, for images, also structural similarity (Wang et al. 2004).
"""

import numpy as np
import tensorflow as tf

from semisup import metrics, networks, plots
from semisup.baselines import pca
from semisup.errors import InputError
from semisup.tasks.task import EvaluatedRun, Score

WINDOW = 11  # side of the Gaussian window of the structural similarity; smaller images have a window of their size
SHOWN = 8  # best test inputs in the figure, and as many worst


def score(evaluated: EvaluatedRun, seed: int) -> Score:
    """Score the reconstructions of the test inputs.

    The metrics are `test_mse`, `test_psnr` (in decibels, with a peak of 1) and, for images, `test_ssim`. Those of PCA
    are called `..._pca`; they are left out if PCA with as many numbers loses nothing.

    Raises:
        InputError: the run has no decoder.
    """
    if evaluated.decoder is None:
        raise InputError(
            f"task: reconstruction expects a stage-one run, found {evaluated.run.run_id}, which has no decoder"
        )
    x = evaluated.dataset.x_test
    reconstruction = networks.predict(evaluated.decoder, evaluated.test_codes)
    results = _metrics(x, reconstruction)
    fitted = pca.fit(evaluated.dataset.x_train, evaluated.test_codes.shape[1])
    if fitted is not None:
        by_pca = np.clip(pca.reconstruct(fitted, x), 0, 1)
        results |= {f"{name}_pca": value for name, value in _metrics(x, by_pca).items()}
    errors = np.square(x - reconstruction).reshape(len(x), -1).mean(axis=1)  # (m,)
    order = errors.argsort(kind="stable")
    shown = np.concatenate([order[:SHOWN], order[-SHOWN:]])
    figure = plots.reconstructions(x[shown], reconstruction[shown])
    return Score(results, {"best_and_worst.png": figure})


def _metrics(x: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """Return the metrics of inputs and their reconstructions."""
    results = {
        "test_mse": metrics.mean_squared_error(x, other),
        "test_psnr": metrics.peak_signal_to_noise_ratio(x, other),
    }
    return results | ({"test_ssim": structural_similarity(x, other)} if x.ndim == 4 else {})


def structural_similarity(x: np.ndarray, other: np.ndarray) -> float:
    """Return the mean structural similarity of two (n, height, width, channels) arrays of images in [0, 1].

    It is 1 if they are the same.
    """
    window = min(WINDOW, *x.shape[1:3])
    pairs = zip(*(np.array_split(images, -(-len(x) // networks.PREDICT_BATCH)) for images in (x, other)), strict=True)
    return float(np.concatenate([tf.image.ssim(a, b, max_val=1.0, filter_size=window) for a, b in pairs]).mean())
