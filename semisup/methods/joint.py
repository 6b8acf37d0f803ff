"""Cross-entropy of the labelled inputs and mean squared error of all inputs together, the decoder kept in training
(Zhang, Lee and Lee 2016): what fine-tuning does to the autoencoder is held in check."""

import keras
import numpy as np
from keras import ops

from semisup import networks
from semisup.data import Dataset
from semisup.data.augmentation import augmented
from semisup.data.batches import beside, enough
from semisup.methods.student import Student
from semisup.progress import Report, silent
from semisup.settings import FinetuneSettings
from semisup.stage_one import StageOne
from semisup.training import Trainer


class ReconstructionError(keras.layers.Layer):
    """Adds the weighted mean squared error between its first two inputs, and passes on the third."""

    def __init__(self, weight: float) -> None:
        super().__init__(name="reconstruction_error")
        self.weight = weight

    def call(self, inputs: list[keras.KerasTensor]) -> keras.KerasTensor:
        x, reconstruction, predictions = inputs
        self.add_loss(self.weight * ops.mean(ops.square(x - reconstruction)))
        return predictions


class Joint:
    """See `method.Method`; `decoder` is the one that was trained along."""

    STEPS = 1000

    def __init__(self, stage_one: StageOne, dataset: Dataset, settings: FinetuneSettings) -> None:
        self._x, self._classes, self._settings = dataset.x_train, dataset.classes, settings
        self._stage_one_decoder = stage_one.decoder
        self._student = Student(stage_one.encoder, dataset.x_train, dataset.classes, settings.steps, settings)
        self.encoder, self.classifier = self._student.encoder, self._student.classifier
        self.model, self.decoder = self._training_model(self._student.network, self.encoder, 0)
        self._trainer = Trainer(self.model, self._student.loss, self._student.optimizer())
        self.history: list[dict[str, float]] = []

    def _training_model(self, network: keras.Model, encoder: keras.Model, seed: int) -> tuple[keras.Model, keras.Model]:
        """[labelled inputs, any inputs] to the classes of the former; and the decoder in it."""
        keras.utils.set_random_seed(seed)
        decoder = keras.models.clone_model(self._stage_one_decoder)
        if self._settings.encoder != "scratch":
            decoder.set_weights(self._stage_one_decoder.get_weights())
        labelled, any_x = keras.Input(encoder.input_shape[1:]), keras.Input(encoder.input_shape[1:])
        error = ReconstructionError(self._settings.reconstruction_weight)
        predictions = error([any_x, decoder(encoder(any_x)), network(labelled)])
        return keras.Model([labelled, any_x], predictions), decoder

    def total_steps(self, labels: int) -> int:
        return self._student.steps

    def inputs(self, x: np.ndarray) -> np.ndarray:
        return x

    def fit(self, rows: np.ndarray, y: np.ndarray, init_seed: int, order_seed: int, report: Report = silent) -> None:
        encoder, network = self._student.fresh(init_seed)
        self._trainer.start_over(self._training_model(network, encoder, init_seed)[0])
        targets = np.eye(self._classes, dtype=np.float32)[y]  # (labels, classes)
        size, steps = self._settings.batch_size, self._student.steps
        labelled = enough(self._x[rows], targets, min(size, len(rows)), steps, order_seed)
        if self._settings.augment:
            labelled = augmented(labelled, self._settings.augment, order_seed)
        all_x = enough(self._x, None, min(size, len(self._x)), steps, order_seed + 1)
        self._trainer.run(iter(beside(labelled, all_x)), steps, report)

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        return networks.predict(self.classifier, inputs)
