"""A classifier of an encoder and a head, compiled once and trained any number of times.

The methods `supervised`, `joint`, `self_training` and `consistency` use it.
"""

from typing import Any

import keras
import numpy as np

from semisup import networks
from semisup.data.augmentation import augmented
from semisup.data.batches import enough, rows_of_step
from semisup.methods import weighted_loss
from semisup.networks import classifier_head, test_time_shifts
from semisup.settings.network_classifier import HeadOptions, NewEncoderOptions, ShiftOptions, StepOptions, TuningOptions
from semisup.settings.recipe import Recipe
from semisup.system.progress import Report, silent
from semisup.training.divergence import BrokenTrainingError
from semisup.training.optimizers import LayerwiseAdamW, warmed_up
from semisup.training.trainer import Trainer

STANDARDISE_ROWS = 2000  # training inputs whose codes set the head's standardisation
LABEL_SMOOTHING = 0.1  # fraction of each training label that is spread evenly over the classes


def new_encoder(pretrained: keras.Model, mode: str, new: NewEncoderOptions) -> keras.Model:
    """Return the encoder that a method starts from.

    Args:
        pretrained: the encoder of stage one.
        mode: `frozen` and `finetuned` return a copy of it; `scratch` returns an encoder with random weights.
        new: the architecture of an encoder from scratch; without `network` it is that of stage one.
    """
    if mode != "scratch":
        encoder = keras.models.clone_model(pretrained)
        encoder.set_weights(pretrained.get_weights())
        return encoder
    if new.network is None:
        return keras.models.clone_model(pretrained)
    size = new.code_size or pretrained.output_shape[-1]
    return networks.build(new.network, pretrained.input_shape[1:], new.widths, size, new.activation, batch_norm=True)[0]


class NetworkClassifier:
    """An encoder with a classifier head.

    Attributes:
        mode: `frozen`, `finetuned` or `scratch`.
        encoder: the encoder as it is after the last `fit`.
        network: encoder and head, (batch, *shape) to (batch, classes) probabilities.
        model: the part that is trained: the network, or the head alone where the encoder is frozen.
        classifier: the network after the last `fit`, or with `average_shifts` its mean over shifted images.
    """

    def __init__(self, pretrained: keras.Model, x_train: np.ndarray, classes: int, recipe: Recipe) -> None:
        """Build and compile.

        Args:
            pretrained: encoder of stage one; it is copied, never changed.
            x_train: (n, ...) float32 training inputs. Up to 2,000 of them, evenly spaced, are encoded; the mean and
                variance of their codes standardise the head's input.
            classes: number of classes.
            recipe: encoder mode, and the options of the head and of the training.
        """
        self._pretrained, self._classes, self._new = pretrained, classes, recipe[NewEncoderOptions]
        self._training, self._head, self._tuning = recipe[StepOptions], recipe[HeadOptions], recipe[TuningOptions]
        self.mode, self.steps = recipe.encoder, self._training.steps
        self._sample = x_train[:: -(-len(x_train) // STANDARDISE_ROWS)]
        self.loss = weighted_loss.cross_entropy(LABEL_SMOOTHING)
        self.encoder, self.network = self.fresh(seed=0)
        self.model = self._trained_part(self.network)
        self.classifier = (
            test_time_shifts.averaged(self.network) if recipe[ShiftOptions].average_shifts else self.network
        )
        self._trainer: Trainer | None = None

    def optimizer(self, **options: Any) -> keras.Optimizer:
        """Return a new optimiser for `model`; `options` are passed to AdamW."""
        schedule = warmed_up(self._training.learning_rate, self.steps)
        rate, unfreeze, decay = self._tuning.encoder_rate, self._tuning.unfreeze, self._training.weight_decay
        if self.mode == "frozen" or (rate == 1 and unfreeze == 0):
            return keras.optimizers.AdamW(schedule, weight_decay=decay, **options)
        return LayerwiseAdamW(schedule, decay, self.encoder, rate, round(unfreeze * self.steps), **options)

    def fresh(self, seed: int) -> tuple[keras.Model, keras.Model]:
        """Build encoder and network as they are before training. New weights are drawn from `seed`."""
        keras.utils.set_random_seed(seed)
        encoder = new_encoder(self._pretrained, self.mode, self._new)
        # training mode for a new encoder: the moving averages of its batch normalisation are not set yet
        codes = keras.ops.convert_to_numpy(encoder(self._sample, training=self.mode == "scratch"))
        options = self._head
        head = classifier_head.build(codes, options.head_widths, options.noise, options.dropout, self._classes)
        return encoder, keras.Model(encoder.input, head(encoder.output), name="classifier")

    def _trained_part(self, network: keras.Model) -> keras.Model:
        return network.get_layer("classifier") if self.mode == "frozen" else network

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """Convert (n, ...) inputs to what `fit` and `predict` take: codes if the encoder is frozen, else the inputs."""
        return networks.predict(self.encoder, x) if self.mode == "frozen" else x

    def fit(
        self,
        inputs: np.ndarray,
        targets: np.ndarray,
        init_seed: int,
        order_seed: int,
        report: Report = silent,
        rows: np.ndarray | None = None,
    ) -> None:
        """Train anew for a fixed number of steps; the last weights are kept.

        Args:
            inputs: (n, ...) what the method `inputs` returned.
            targets: (n, classes) float32 probabilities; or (n, classes + 1), with the weight of each input behind them.
            init_seed: seed of the initial weights and of dropout.
            order_seed: seed of the order of the batches and of their augmentation.
            report: called after every few steps with (number of steps, their mean loss).
            rows: (n,) row numbers of the inputs in `x_train`, to name the rows of a batch that breaks the training.

        Raises:
            BrokenTrainingError: the loss or a weight became NaN or infinite.
        """
        if self._trainer is None:
            self._trainer = Trainer(self.model, self.loss, self.optimizer())
        self._trainer.start_over(self._trained_part(self.fresh(init_seed)[1]))
        batch_size = min(self._training.batch_size, len(inputs))
        stream = enough(inputs, targets, batch_size, self.steps, order_seed)
        if self._tuning.augment and self.mode != "frozen":
            stream = augmented(stream, self._tuning.augment, order_seed)
        try:
            self._trainer.run(iter(stream), self.steps, report)
        except BrokenTrainingError as error:
            batch = rows_of_step(len(inputs), batch_size, order_seed, error.step)
            raise (error if rows is None else error.in_rows(batch, inputs, rows)) from None

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Return (n, classes) probabilities; `inputs` is what the method `inputs` returned for n inputs."""
        return networks.predict(self.model if self.mode == "frozen" else self.classifier, inputs)
