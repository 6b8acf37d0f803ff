"""The three regimes: what trains the encoder, and so what the vectors hold that pass between it and the decoder.

- end_to_end: encoder and decoder are trained together by the text. What passes is the last hidden layer on the code.
- split: the encoder is trained to the class of each image, the decoder by soft class vectors that no image was needed
  for; then they are put together. What passes is the class vector.
- split_then_joint: as split for half of the steps; for the other half both are trained together by the text.

A step sees `batch_size` numbers, and so `batch_size * images` images, in every regime; the encoder takes `steps` steps
in every regime, and a decoder that is trained by itself as many as the encoder before it.
"""

import dataclasses
from dataclasses import dataclass

import keras
import numpy as np
from keras import ops

from semisup.data import readings, sequences
from semisup.heads import reader
from semisup.methods.student import Student, warmed_up
from semisup.progress import Report
from semisup.settings import FinetuneSettings
from semisup.training import Trainer

STEPS = 1500
DIGITS = 10


@dataclass(frozen=True)
class Reader:
    """What was trained.

    Attributes:
        language: that it reads in.
        encoder: (batch, *shape) images to (batch, code_size) codes.
        front: (batch, *shape) images to (batch, size), what the decoder is given of each.
        decoder: see `heads.reader`.
    """

    language: str
    encoder: keras.Model
    front: keras.Model
    decoder: keras.Model

    @property
    def images(self) -> int:
        """How many make a number."""
        return self.decoder.inputs[0].shape[1]


def total_steps(settings: FinetuneSettings) -> int:
    """What a progress bar counts to."""
    steps = settings.steps or STEPS
    return {"end_to_end": steps, "split": 2 * steps, "split_then_joint": 3 * (steps // 2)}[settings.regime]


def train(
    encoder: keras.Model, x_train: np.ndarray, rows: np.ndarray, y: np.ndarray, settings: FinetuneSettings,
    report: Report, in_training: dict[str, keras.Model],
) -> Reader:  # fmt: skip
    """Train a reader.

    Args:
        encoder: to start from; it is copied, never changed.
        x_train: (n, *shape) float32, all training inputs.
        rows: (labels,) row numbers of those whose digits are known.
        y: (labels,) the digits, each of which occurs.
        settings: the regime, the encoder's mode and the training.
        report: called with (steps taken, their mean loss).
        in_training: is filled, as they are made, with the `encoder`, the `front` (here of codes, where the encoder is
            frozen) and the `decoder`.

    Raises:
        FloatingPointError: the loss became NaN or infinite.
    """
    steps = settings.steps or STEPS
    if settings.regime == "split_then_joint":
        steps //= 2
    of_classes = dataclasses.replace(settings, batch_size=settings.batch_size * settings.images)
    student = Student(encoder, x_train, DIGITS, steps, of_classes)
    inputs = student.inputs(x_train[rows])  # images, or codes where the encoder is frozen
    kinds = () if settings.encoder == "frozen" else settings.augment
    known = sequences.of_rows(inputs, y, kinds)
    in_training["encoder"] = student.encoder
    if settings.regime == "end_to_end":
        start = student.fresh(settings.init_seed)[1]
        student.network.set_weights(start.get_weights())
        in_training["front"] = front = _before_the_class(student.model)
        in_training["decoder"] = decoder = _decoder(front, settings)
    else:
        targets = np.eye(DIGITS, dtype=np.float32)[y]
        in_training["front"] = front = student.model
        student.fit(inputs, targets, settings.init_seed, settings.order_seed, report)
        in_training["decoder"] = decoder = _decoder(front, settings)
        rate = keras.optimizers.AdamW(warmed_up(settings.learning_rate, steps), weight_decay=settings.weight_decay)
        _fit(decoder, rate, sequences.soft_classes, steps, settings, report)
    if settings.regime != "split":
        _fit(_together(front, decoder), student.optimizer(), known, steps, settings, report)
    whole = front
    if settings.encoder == "frozen":
        whole = keras.Model(student.encoder.input, front(student.encoder.output), name="front")
    return Reader(settings.language, student.encoder, whole, decoder)


def _before_the_class(classifier: keras.Model) -> keras.Model:
    """A classifier, or its head alone, without the layer that gives the classes."""
    if classifier.layers[-1].name == "class":
        return keras.Model(classifier.input, classifier.layers[-1].input, name="features")
    *encoder, head = classifier.layers
    return keras.Model(classifier.input, _before_the_class(head)(encoder[-1].output), name="front")


def _decoder(front: keras.Model, settings: FinetuneSettings) -> keras.Model:
    keras.utils.set_random_seed(settings.init_seed)
    length = sequences.longest(settings.images, settings.language)
    symbols = readings.RESERVED + len(readings.alphabet(settings.language))
    return reader.build(
        settings.images, front.output_shape[-1], length, symbols, settings.attention, settings.recurrent,
        settings.units, settings.dropout,
    )  # fmt: skip


def of_each(front: keras.Model, images: int) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """(batch, images, ...) inputs, and what `front` makes of each: (batch, images, size)."""
    inputs = keras.Input((images, *front.input_shape[1:]), name="images")
    vectors = front(ops.reshape(inputs, (-1, *front.input_shape[1:])))  # (batch * images, size)
    return inputs, ops.reshape(vectors, (-1, images, front.output_shape[-1]))


def _together(front: keras.Model, decoder: keras.Model) -> keras.Model:
    """From images (or codes) and the symbols before to probabilities."""
    inputs, vectors = of_each(front, decoder.inputs[0].shape[1])
    before = keras.Input(decoder.inputs[1].shape[1:], dtype="int32", name="before")
    return keras.Model([inputs, before], decoder([vectors, before]))


def _fit(
    model: keras.Model, optimizer: keras.Optimizer, inputs: sequences.Inputs, steps: int, settings: FinetuneSettings,
    report: Report,
) -> None:  # fmt: skip
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=settings.label_smoothing)
    stream = sequences.batches(settings.images, settings.language, settings.batch_size, settings.order_seed, inputs)
    Trainer(model, loss, optimizer).run(iter(stream), steps, report)
