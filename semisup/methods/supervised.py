"""The extended autoencoder: cross-entropy of a classifier head on the encoder, from the labelled inputs alone.

- frozen: the encoder stays as it is, byte for byte; the head is trained on codes that are computed once.
- finetuned: encoder and head are trained together.
- scratch: the same as finetuned from new random weights: what the labels achieve without stage one.
"""

import keras
import numpy as np

from semisup import networks
from semisup.data.augmentation import augmented
from semisup.data.batches import batches
from semisup.heads import classifier
from semisup.progress import Report, silent
from semisup.settings import StageTwoSettings
from semisup.training import Trainer

ENCODER_MODES = ("frozen", "finetuned", "scratch")
STANDARDISE_ROWS = 2000  # training inputs whose codes set the head's standardisation


class SupervisedMethod:
    """One encoder mode, compiled once and trained on as many label draws as wanted.

    Attributes:
        mode: `frozen`, `finetuned` or `scratch`.
        encoder: the encoder as it is after the last `fit`.
        classifier: (batch, *shape) to (batch, classes) probabilities, as it is after the last `fit`.
    """

    def __init__(
        self, stage_one: keras.Model, x_train: np.ndarray, mode: str, classes: int, settings: StageTwoSettings
    ) -> None:
        """Build and compile.

        Args:
            stage_one: encoder of stage one; it is copied, never changed.
            x_train: (n, ...) float32, training inputs; the mean and variance of the codes of up to 2,000 of them,
                evenly spaced, standardise the head's input.
            mode: `frozen`, `finetuned` or `scratch`.
            classes: how many.
            settings: head and training; the seeds are those of `fit`.
        """
        self._stage_one, self.mode, self._classes, self._settings = stage_one, mode, classes, settings
        self._augment = settings.augment and mode != "frozen"
        self._sample = x_train[:: -(-len(x_train) // STANDARDISE_ROWS)]
        self.encoder, head = self._fresh(seed=0)
        self.classifier = keras.Model(self.encoder.input, head(self.encoder.output), name="classifier")
        self.model = head if mode == "frozen" else self.classifier
        schedule = keras.optimizers.schedules.CosineDecay(settings.learning_rate, settings.steps)
        self._trainer = Trainer(
            self.model,
            keras.losses.CategoricalCrossentropy(label_smoothing=settings.label_smoothing),
            keras.optimizers.AdamW(schedule, weight_decay=settings.weight_decay),
        )

    def _fresh(self, seed: int) -> tuple[keras.Model, keras.Model]:
        """Encoder and head as they are before training."""
        keras.utils.set_random_seed(seed)
        encoder = keras.models.clone_model(self._stage_one)
        if self.mode != "scratch":
            encoder.set_weights(self._stage_one.get_weights())
        codes = networks.predict(encoder, self._sample)
        head = self._settings
        return encoder, classifier.build(codes, head.head_widths, head.noise, head.dropout, self._classes)

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """What `fit` and `predict` take for (n, ...) inputs: their codes if the encoder is frozen, else themselves."""
        return networks.predict(self.encoder, x) if self.mode == "frozen" else x

    def fit(self, inputs: np.ndarray, y: np.ndarray, init_seed: int, order_seed: int, report: Report = silent) -> None:
        """Train anew on the labelled inputs for a fixed number of steps; the last weights are kept.

        Args:
            inputs: (labels, ...) as `inputs` gives them.
            y: (labels,) classes.
            init_seed: seed of the initial weights and of dropout.
            order_seed: seed of the order of the batches and of their augmentation.
            report: called with (steps taken, their mean loss).
        """
        encoder, head = self._fresh(init_seed)
        fresh = head if self.mode == "frozen" else keras.Model(encoder.input, head(encoder.output))
        self._trainer.start_over(fresh)
        rows = min(self._settings.batch_size, len(y))
        epochs = -(-self._settings.steps * rows // len(y)) + 1
        targets = np.eye(self._classes, dtype=np.float32)[y]  # (labels, classes)
        stream, _ = batches(inputs, targets, rows, epochs, order_seed)
        if self._augment:
            stream = augmented(stream, order_seed)
        self._trainer.run(iter(stream), self._settings.steps, report)

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """(n, classes) probabilities of (n, ...) inputs as `inputs` gives them."""
        return networks.predict(self.model, inputs)
