"""From raw inputs to classes, probabilities, an anomaly score and abstention."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import tensorflow as tf

from semisup.data.validation import scaled
from semisup.metrics import conformal
from semisup.serving.bundle import Bundle

BATCH = 512  # inputs in one call of the networks
ROUNDING = 1e-6  # a probability of 1 may be a little less in another process, where the threshold is 0
LEAST = 1e-7  # probabilities are kept above it where their logarithm is taken

Predictor = Callable[..., pd.DataFrame]


def predictor(bundle: Bundle) -> Predictor:
    """What answers for raw inputs.

    Returns:
        A function of

        - `raw`: (n, *shape) array of numbers as the training inputs were, or n rows of a table with its columns;
        - `error_rate`: at which to abstain, in (0, 1);
        - `name` and `first`: what an error calls the inputs, and the number of the first of them.

        It gives a table of n rows: `class`, `probability_NAME` of each class (float32, their sum is 1), `anomaly`
        (float32 in [0, 1], the share of training inputs that stage one reconstructs better) and, where labels were kept
        to calibrate with, `abstain`: whether the set of classes that holds the true one but for a share `error_rate`
        of the inputs is not exactly one class. It raises InputError if the inputs are not what the network was trained
        on.
    """
    metadata = bundle.metadata
    forward = _compiled(bundle)
    errors = np.asarray(metadata.errors)

    def predict(
        raw: np.ndarray | pd.DataFrame, error_rate: float, name: str = "inputs", first: int = 0
    ) -> pd.DataFrame:
        x = scaled(raw, metadata.shape, bundle.scaling, name, first)
        outputs = [forward(x[start : start + BATCH]) for start in range(0, len(x), BATCH)]
        probabilities, error = (np.concatenate([np.asarray(output[i]) for output in outputs]) for i in (0, 1))
        tempered = with_temperature(probabilities, metadata.temperature)  # (n, C)
        answers = {"class": np.asarray(metadata.class_names, object)[probabilities.argmax(axis=1)]}
        answers |= {f"probability_{c}": tempered[:, i] for i, c in enumerate(metadata.class_names)}
        answers["anomaly"] = (np.searchsorted(errors, error) / len(errors)).astype(np.float32)
        if metadata.conformity is not None:
            answers["abstain"] = conformal_sets(probabilities, metadata.conformity, error_rate).sum(axis=1) != 1
        return pd.DataFrame(answers)

    return predict


def _compiled(bundle: Bundle) -> Callable[[np.ndarray], tuple[tf.Tensor, tf.Tensor]]:
    """(n, *shape) float32 to (n, C) probabilities and (n,) reconstruction errors, as one graph for every n."""

    @tf.function(input_signature=[tf.TensorSpec((None, *bundle.metadata.shape), tf.float32)])
    def forward(x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        squares = tf.square(x - bundle.autoencoder(x, training=False))
        return bundle.classifier(x, training=False), tf.reduce_mean(squares, axis=range(1, squares.ndim))

    return forward


def with_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """The (n, C) probabilities of logits that are divided by a temperature (Guo et al. 2017), float32."""
    logits = np.log(np.clip(probabilities.astype(np.float64), LEAST, 1)) / temperature
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)


def conformal_sets(probabilities: np.ndarray, conformity: list[float], error_rate: float) -> np.ndarray:
    """(n, C) bool, the least ambiguous sets of classes (Sadinle et al. 2019) that hold the true class of a new input
    with a chance of at least 1 - error_rate, by split conformal prediction; see `PredictionMetadata.conformity`."""
    threshold = conformal.threshold(np.asarray(conformity), error_rate)
    return 1 - probabilities.astype(np.float64) <= threshold + ROUNDING
