"""A small classifier of real inputs. Draws and real inputs are compared by the features in its last hidden layer.

For photographs, such features come from a network trained on ImageNet (Heusel et al. 2017). Digits and vectors need a
network that is trained on the data themselves.
"""

from typing import NamedTuple

import keras
import numpy as np

from semisup import networks
from semisup.data.batches import enough
from semisup.system import progress
from semisup.training.trainer import Trainer

SEED = 0  # fixed, so that all runs on the same data are compared by the same features
FEATURES = 128
STEPS = 1000  # a minute for 28 by 28 images on one core
BATCH_SIZE = 128
LEARNING_RATE = 2e-3


class FeatureClassifier(NamedTuple):
    """A classifier in two parts.

    Attributes:
        features: (batch, *shape) to (batch, 128) features, not negative.
        head: (batch, 128) features to (batch, classes) probabilities.
    """

    features: keras.Model
    head: keras.Model


def trained(x: np.ndarray, y: np.ndarray, classes: int) -> FeatureClassifier:
    """Train a classifier: convolutional for images, else dense, with batch normalisation.

    Args:
        x: (n, features) or (n, height, width, channels) float32 in [0, 1].
        y: (n,) classes, all of them known.
        classes: number of classes.
    """
    keras.utils.set_random_seed(SEED)
    network = "convolutional" if x.ndim == 4 else "dense"
    encoder, _ = networks.build(network, x.shape[1:], None, FEATURES, batch_norm=True)
    features = keras.Model(encoder.input, keras.layers.ReLU()(encoder.output))
    hidden = keras.Input((FEATURES,), name="features")
    head = keras.Model(hidden, keras.layers.Dense(classes, activation="softmax")(hidden))
    schedule = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, STEPS)
    model = keras.Model(features.input, head(features.output))
    trainer = Trainer(model, keras.losses.SparseCategoricalCrossentropy(), keras.optimizers.AdamW(schedule))
    batch_size = min(BATCH_SIZE, len(x))
    with progress.training("feature classifier", STEPS, batch_size) as report:
        trainer.run(iter(enough(x, y, batch_size, STEPS, SEED)), STEPS, report)
    return FeatureClassifier(features, head)
