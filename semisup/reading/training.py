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

from semisup.methods.network_classifier import LABEL_SMOOTHING, NetworkClassifier
from semisup.reading import decoder as decoders
from semisup.reading import sequences, vocabulary
from semisup.settings.methods import HeadOptions, Recipe, StepOptions, TuningOptions
from semisup.settings.pretrain import SeedOptions
from semisup.settings.reader import ReaderOptions
from semisup.system.progress import Report
from semisup.training.optimizers import warmed_up
from semisup.training.trainer import Trainer

STEPS = 1500
DIGITS = 10
UNITS = 128  # width of the decoder


@dataclass(frozen=True)
class Reader:
    """What was trained.

    Attributes:
        language: that it reads in.
        encoder: (batch, *shape) images to (batch, code_size) codes.
        front: (batch, *shape) images to (batch, size), what the decoder is given of each.
        decoder: see `reading.decoder`.
    """

    language: str
    encoder: keras.Model
    front: keras.Model
    decoder: keras.Model

    @property
    def images(self) -> int:
        """How many make a number."""
        return self.decoder.inputs[0].shape[1]


def total_steps(regime: str, steps: int) -> int:
    """What a progress bar counts to."""
    return {"end_to_end": steps, "split": 2 * steps, "split_then_joint": 3 * (steps // 2)}[regime]


def train(
    encoder: keras.Model, x_train: np.ndarray, rows: np.ndarray, y: np.ndarray, options: ReaderOptions,
    recipe: Recipe, seeds: SeedOptions, report: Report, in_training: dict[str, keras.Model],
) -> Reader:  # fmt: skip
    """Train a reader.

    Args:
        encoder: to start from; it is copied, never changed.
        x_train: (n, *shape) float32, all training inputs.
        rows: (labels,) row numbers of those whose digits are known.
        y: (labels,) the digits, each of which occurs.
        options: the regime, and what is read.
        recipe: the encoder's mode, the head and the training, steps included.
        seeds: of the initial weights and of the order.
        report: called with (steps taken, their mean loss).
        in_training: is filled, as they are made, with the `encoder`, the `front` (here of codes, where the encoder is
            frozen) and the `decoder`.

    Raises:
        FloatingPointError: the loss became NaN or infinite.
    """
    training = recipe[StepOptions]
    steps = training.steps // 2 if options.regime == "split_then_joint" else training.steps
    of_images = dataclasses.replace(training, steps=steps, batch_size=training.batch_size * options.images)
    classifier = NetworkClassifier(
        encoder, x_train, DIGITS, dataclasses.replace(recipe, options={**recipe.options, StepOptions: of_images})
    )
    inputs = classifier.inputs(x_train[rows])  # images, or codes where the encoder is frozen
    kinds = () if recipe.encoder == "frozen" else recipe[TuningOptions].augment
    known = sequences.of_rows(inputs, y, kinds)
    dropout = recipe[HeadOptions].dropout

    def fit(model: keras.Model, optimizer: keras.Optimizer, inputs: sequences.Inputs) -> None:
        loss = keras.losses.CategoricalCrossentropy(label_smoothing=LABEL_SMOOTHING)
        batch_size = training.batch_size
        stream = sequences.batches(options.images, options.language, batch_size, seeds.order_seed, inputs)
        Trainer(model, loss, optimizer).run(iter(stream), steps, report)

    in_training["encoder"] = classifier.encoder
    if options.regime == "end_to_end":
        start = classifier.fresh(seeds.init_seed)[1]
        classifier.network.set_weights(start.get_weights())
        in_training["front"] = front = _before_the_class(classifier.model)
        in_training["decoder"] = decoder = _decoder(front, options, dropout, seeds.init_seed)
    else:
        targets = np.eye(DIGITS, dtype=np.float32)[y]
        in_training["front"] = front = classifier.model
        classifier.fit(inputs, targets, seeds.init_seed, seeds.order_seed, report)
        in_training["decoder"] = decoder = _decoder(front, options, dropout, seeds.init_seed)
        schedule = warmed_up(training.learning_rate, steps)
        fit(decoder, keras.optimizers.AdamW(schedule, weight_decay=training.weight_decay), sequences.soft_classes)
    if options.regime != "split":
        fit(_together(front, decoder), classifier.optimizer(), known)
    whole = front
    if recipe.encoder == "frozen":
        whole = keras.Model(classifier.encoder.input, front(classifier.encoder.output), name="front")
    return Reader(options.language, classifier.encoder, whole, decoder)


def _before_the_class(classifier: keras.Model) -> keras.Model:
    """A classifier, or its head alone, without the layer that gives the classes."""
    if classifier.layers[-1].name == "class":
        return keras.Model(classifier.input, classifier.layers[-1].input, name="features")
    *encoder, head = classifier.layers
    return keras.Model(classifier.input, _before_the_class(head)(encoder[-1].output), name="front")


def _decoder(front: keras.Model, options: ReaderOptions, dropout: float, seed: int) -> keras.Model:
    keras.utils.set_random_seed(seed)
    length = sequences.longest(options.images, options.language)
    symbols = vocabulary.RESERVED + len(vocabulary.alphabet(options.language))
    return decoders.build(options.images, front.output_shape[-1], length, symbols, UNITS, dropout)


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
