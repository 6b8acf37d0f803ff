"""A small classifier of the real inputs, whose last hidden layer is the space in which inputs are compared.

What a network trained on ImageNet is to photographs (Heusel et al. 2017) is a network trained on the data itself to
digits, or to vectors.
"""

from typing import NamedTuple

import keras
import numpy as np

from semisup import networks
from semisup.data.batches import enough
from semisup.system import progress
from semisup.training.trainer import Trainer

SEED = 0  # the same space for every run on the same data, whatever is drawn
FEATURES = 128
STEPS = 1000  # a minute for 28 by 28 images on one core
BATCH_SIZE = 128
LEARNING_RATE = 2e-3


class FeatureClassifier(NamedTuple):
    """Attributes:
    features: (batch, *shape) to (batch, 128), not negative.
    head: (batch, 128) to (batch, classes) probabilities.
    """

    features: keras.Model
    head: keras.Model


def trained(x: np.ndarray, y: np.ndarray, classes: int) -> FeatureClassifier:
    """A new one: convolutional for images, else dense, with batch normalisation.

    Args:
        x: (n, features) or (n, height, width, channels) float32 in [0, 1].
        y: (n,) classes, every one known.
        classes: how many.
    """
    keras.utils.set_random_seed(SEED)
    network = "convolutional" if x.ndim == 4 else "dense"
    found, _ = networks.build(network, x.shape[1:], None, FEATURES, batch_norm=True)
    features = keras.Model(found.input, keras.layers.ReLU()(found.output))
    hidden = keras.Input((FEATURES,), name="features")
    head = keras.Model(hidden, keras.layers.Dense(classes, activation="softmax")(hidden))
    schedule = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, STEPS)
    model = keras.Model(features.input, head(features.output))
    trainer = Trainer(model, keras.losses.SparseCategoricalCrossentropy(), keras.optimizers.AdamW(schedule))
    batch_size = min(BATCH_SIZE, len(x))
    with progress.training("feature classifier", STEPS, batch_size) as report:
        trainer.run(iter(enough(x, y, batch_size, STEPS, SEED)), STEPS, report)
    return FeatureClassifier(features, head)
