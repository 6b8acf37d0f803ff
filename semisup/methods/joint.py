"""Joint training: minimise the cross-entropy of the labelled inputs and the reconstruction error of all inputs together
(Zhang, Lee and Lee 2016).

The decoder is trained along with the encoder and the head. The reconstruction error keeps fine-tuning from moving the
encoder far from an autoencoder's.
"""

import keras
import numpy as np
from keras import ops

from semisup import networks
from semisup.data.augmentation import augmented
from semisup.data.batches import beside, enough
from semisup.data.dataset import Dataset
from semisup.methods import weighted_loss
from semisup.methods.network_classifier import NetworkClassifier
from semisup.methods.pretrained import Pretrained
from semisup.settings.methods import JointOptions
from semisup.settings.network_classifier import StepOptions, TuningOptions
from semisup.settings.recipe import Recipe
from semisup.system.progress import Report, silent
from semisup.training.trainer import Trainer


class ReconstructionError(keras.layers.Layer):
    """Adds the weighted mean squared error between its first two inputs to the loss, and returns its third input.

    Inputs: (batch, *shape) inputs, their reconstructions, and the predictions to return.
    """

    def __init__(self, weight: float) -> None:
        super().__init__(name="reconstruction_error")
        self.weight = weight

    def call(self, inputs: list[keras.KerasTensor]) -> keras.KerasTensor:
        x, reconstruction, predictions = inputs
        self.add_loss(self.weight * ops.mean(ops.square(x - reconstruction)))
        return predictions


class Joint:
    """The method `joint`; see `method.Method`. `decoder` is the one that was trained with the encoder."""

    def __init__(self, pretrained: Pretrained, dataset: Dataset, recipe: Recipe) -> None:
        self._x, self._classes, self._recipe = dataset.x_train, dataset.classes, recipe
        self._pretrained_decoder = pretrained.decoder
        self._network = NetworkClassifier(pretrained.encoder, dataset.x_train, dataset.classes, recipe)
        self.encoder, self.classifier = self._network.encoder, self._network.classifier
        self.model, self.decoder = self._training_model(self._network.network, self.encoder, 0)
        self._trainer = Trainer(self.model, self._network.loss, self._network.optimizer())
        self.history: list[dict[str, float]] = []

    def _training_model(self, network: keras.Model, encoder: keras.Model, seed: int) -> tuple[keras.Model, keras.Model]:
        """Return a model from [labelled inputs, any inputs] to the probabilities of the former, and its new decoder."""
        keras.utils.set_random_seed(seed)
        decoder = keras.models.clone_model(self._pretrained_decoder)
        if self._recipe.encoder != "scratch":
            decoder.set_weights(self._pretrained_decoder.get_weights())
        labelled, any_x = keras.Input(encoder.input_shape[1:]), keras.Input(encoder.input_shape[1:])
        error = ReconstructionError(self._recipe[JointOptions].reconstruction_weight)
        predictions = error([any_x, decoder(encoder(any_x)), network(labelled)])
        return keras.Model([labelled, any_x], predictions), decoder

    def total_steps(self, labels: int) -> int:
        return self._network.steps

    def inputs(self, x: np.ndarray) -> np.ndarray:
        return x

    def fit(
        self,
        rows: np.ndarray,
        y: np.ndarray,
        init_seed: int,
        order_seed: int,
        report: Report = silent,
        weights: np.ndarray | None = None,
    ) -> None:
        encoder, network = self._network.fresh(init_seed)
        self._trainer.start_over(self._training_model(network, encoder, init_seed)[0])
        targets = weighted_loss.targets(y, self._classes, weights)
        size, steps = self._recipe[StepOptions].batch_size, self._network.steps
        labelled = enough(self._x[rows], targets, min(size, len(rows)), steps, order_seed)
        kinds = self._recipe[TuningOptions].augment
        if kinds:
            labelled = augmented(labelled, kinds, order_seed)
        all_x = enough(self._x, None, min(size, len(self._x)), steps, order_seed + 1)
        self._trainer.run(iter(beside(labelled, all_x)), steps, report)

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        return networks.predict(self.classifier, inputs)


METHOD = Joint
