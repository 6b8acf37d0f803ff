"""Predict from raw inputs: classes, probabilities, an anomaly score, and whether to abstain."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import tensorflow as tf

from semisup.data.validation import scaled
from semisup.metrics import conformal
from semisup.serving.bundle import Bundle

BATCH = 512  # inputs in one call of the networks
ROUNDING = 1e-6  # tolerance: a probability of 1 may be a little less in another process, while the threshold is 0
LEAST = 1e-7  # probabilities are clipped to it before their logarithm is taken

Predictor = Callable[..., pd.DataFrame]


def predictor(bundle: Bundle) -> Predictor:
    """Return the function that predicts from raw inputs.

    Returns:
        A function with the arguments

        - `raw`: (n, *shape) array of numbers like the training inputs, or n rows of a table with the same columns;
        - `error_rate`: error rate of the conformal sets, in (0, 1);
        - `name` and `first`: what an error calls the inputs, and the row number of the first of them.

        It returns a table of n rows with the columns

        - `class`: the most probable class;
        - `probability_NAME` for each class: float32, their sum is 1;
        - `anomaly`: float32 in [0, 1], fraction of training inputs that stage one reconstructs better;
        - `abstain`, if labels were kept to calibrate with: True if the conformal set is not exactly one class. The set
          holds the true class of all inputs except a fraction `error_rate`.

        It raises InputError if the inputs do not look like the training inputs.
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
    """Return a function from (n, *shape) float32 to (n, C) probabilities and (n,) reconstruction errors.

    It is one TensorFlow graph for every n.
    """

    @tf.function(input_signature=[tf.TensorSpec((None, *bundle.metadata.shape), tf.float32)])
    def forward(x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        squares = tf.square(x - bundle.autoencoder(x, training=False))
        return bundle.classifier(x, training=False), tf.reduce_mean(squares, axis=range(1, squares.ndim))

    return forward


def with_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Divide the logits of (n, C) probabilities by a temperature (Guo et al. 2017). Returns (n, C) float32."""
    logits = np.log(np.clip(probabilities.astype(np.float64), LEAST, 1)) / temperature
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (exponentials / exponentials.sum(axis=1, keepdims=True)).astype(np.float32)


def conformal_sets(probabilities: np.ndarray, conformity: list[float], error_rate: float) -> np.ndarray:
    """Return the conformal set of classes of each input, (n, C) bool.

    By split conformal prediction, a set holds the true class of a new input with a probability of at least
    1 - error_rate. The sets are the least ambiguous ones (Sadinle et al. 2019).

    Args:
        probabilities: (n, C), before the temperature.
        conformity: scores of the labels kept out of training, see `PredictionMetadata.conformity`.
        error_rate: in (0, 1).
    """
    threshold = conformal.threshold(np.asarray(conformity), error_rate)
    return 1 - probabilities.astype(np.float64) <= threshold + ROUNDING
