"""How well test inputs come back through the code: squared error, and for images also structural similarity (Wang et
al. 2004), beside PCA with as many numbers."""

import numpy as np
import tensorflow as tf

from semisup import metrics, networks, plots
from semisup.baselines import pca
from semisup.errors import InputError
from semisup.tasks.task import EvaluatedRun, Score

WINDOW = 11  # side of the Gaussian window of the structural similarity, or the image's where that is smaller
SHOWN = 8  # best and worst test inputs


def score(evaluated: EvaluatedRun, seed: int) -> Score:
    """`test_mse`, `test_psnr` (decibels, of a peak of 1) and, of images, `test_ssim`; the same `_pca` where PCA with
    that many numbers loses anything.

    Raises:
        InputError: the run has no decoder.
    """
    if evaluated.decoder is None:
        raise InputError(
            f"task: reconstruction expects a stage-one run, found {evaluated.run.run_id}, which has no decoder"
        )
    x = evaluated.dataset.x_test
    reconstruction = networks.predict(evaluated.decoder, evaluated.test_codes)
    figures = _figures(x, reconstruction)
    fitted = pca.fit(evaluated.dataset.x_train, evaluated.test_codes.shape[1])
    if fitted is not None:
        of_pca = np.clip(pca.reconstruct(fitted, x), 0, 1)
        figures |= {f"{name}_pca": value for name, value in _figures(x, of_pca).items()}
    errors = np.square(x - reconstruction).reshape(len(x), -1).mean(axis=1)  # (m,)
    order = errors.argsort(kind="stable")
    shown = np.concatenate([order[:SHOWN], order[-SHOWN:]])
    picture = plots.reconstructions(x[shown], reconstruction[shown])
    return Score(figures, {"best_and_worst.png": picture})


def _figures(x: np.ndarray, other: np.ndarray) -> dict[str, float]:
    figures = {
        "test_mse": metrics.mean_squared_error(x, other),
        "test_psnr": metrics.peak_signal_to_noise_ratio(x, other),
    }
    return figures | ({"test_ssim": structural_similarity(x, other)} if x.ndim == 4 else {})


def structural_similarity(x: np.ndarray, other: np.ndarray) -> float:
    """Mean over (n, height, width, channels) images in [0, 1]; 1 if they are the same."""
    window = min(WINDOW, *x.shape[1:3])
    pairs = zip(*(np.array_split(images, -(-len(x) // networks.PREDICT_BATCH)) for images in (x, other)), strict=True)
    return float(np.concatenate([tf.image.ssim(a, b, max_val=1.0, filter_size=window) for a, b in pairs]).mean())
