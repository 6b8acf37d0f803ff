"""Train a reader, in one of three regimes. They differ in what trains the encoder, and in the vectors that the decoder
takes from it.

- end_to_end: encoder and decoder are trained together on the texts. The decoder takes the last hidden layer of the
  classifier on the code.
- split: the encoder is trained to classify each image. The decoder is trained on random soft class vectors, without
  images. Then they are put together. The decoder takes the class vectors.
- split_then_joint: as split for half of the steps; then both are trained together on the texts for the other half.

In every regime a step has `batch_size` numbers, and so `batch_size * images` images, and the encoder takes `steps`
steps. A decoder that is trained alone takes as many steps as the encoder has taken before.
"""

import dataclasses
from dataclasses import dataclass

import keras
import numpy as np
from keras import ops

from semisup.methods.network_classifier import LABEL_SMOOTHING, NetworkClassifier
from semisup.reading import decoder as decoders
from semisup.reading import sequences, vocabulary
from semisup.settings.network_classifier import HeadOptions, StepOptions, TuningOptions
from semisup.settings.pretrain import SeedOptions
from semisup.settings.reader import ReaderOptions
from semisup.settings.recipe import Recipe
from semisup.system.progress import Report
from semisup.training.optimizers import warmed_up
from semisup.training.trainer import Trainer

STEPS = 1500  # default number of steps
DIGITS = 10
UNITS = 128  # width of the decoder


@dataclass(frozen=True)
class Reader:
    """A trained reader.

    Attributes:
        language: `english` or `korean`.
        encoder: (batch, *shape) images to (batch, code_size) codes.
        front: (batch, *shape) images to the (batch, size) vectors that the decoder takes; it contains the encoder.
        decoder: see `reading.decoder`.
    """

    language: str
    encoder: keras.Model
    front: keras.Model
    decoder: keras.Model

    @property
    def images(self) -> int:
        """The number of images in a sequence."""
        return self.decoder.inputs[0].shape[1]


def total_steps(regime: str, steps: int) -> int:
    """Return the number of gradient steps of `train`, the total of its progress bar."""
    return {"end_to_end": steps, "split": 2 * steps, "split_then_joint": 3 * (steps // 2)}[regime]


def train(
    encoder: keras.Model, x_train: np.ndarray, rows: np.ndarray, y: np.ndarray, options: ReaderOptions,
    recipe: Recipe, seeds: SeedOptions, report: Report, in_training: dict[str, keras.Model],
) -> Reader:  # fmt: skip
    """Train a reader.

    Args:
        encoder: the encoder to start from; it is copied, never changed.
        x_train: (n, *shape) float32, all training inputs.
        rows: (labels,) row numbers of the inputs whose digits are known.
        y: (labels,) their digits; each digit must occur.
        options: the regime, the number of images and the language.
        recipe: the encoder's mode, and the options of the head and of the training.
        seeds: seeds of the initial weights and of the order.
        report: called after every few steps with (number of steps, their mean loss).
        in_training: an empty dictionary. The models that are trained are added to it before their training: `encoder`,
            `front` (from codes if the encoder is frozen) and `decoder`.

    Raises:
        FloatingPointError: the loss became NaN or infinite.
    """
    training = recipe[StepOptions]
    steps = training.steps // 2 if options.regime == "split_then_joint" else training.steps
    image_steps = dataclasses.replace(training, steps=steps, batch_size=training.batch_size * options.images)
    image_recipe = dataclasses.replace(recipe, options={**recipe.options, StepOptions: image_steps})
    classifier = NetworkClassifier(encoder, x_train, DIGITS, image_recipe)
    inputs = classifier.inputs(x_train[rows])  # images, or codes where the encoder is frozen
    kinds = () if recipe.encoder == "frozen" else recipe[TuningOptions].augment
    labelled = sequences.of_rows(inputs, y, kinds)
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
        fit(_together(front, decoder), classifier.optimizer(), labelled)
    image_front = front
    if recipe.encoder == "frozen":
        image_front = keras.Model(classifier.encoder.input, front(classifier.encoder.output), name="front")
    return Reader(options.language, classifier.encoder, image_front, decoder)


def _before_the_class(classifier: keras.Model) -> keras.Model:
    """Return a classifier, or a head, without its last layer, which predicts the classes."""
    if classifier.layers[-1].name == "class":
        return keras.Model(classifier.input, classifier.layers[-1].input, name="features")
    *encoder, head = classifier.layers
    return keras.Model(classifier.input, _before_the_class(head)(encoder[-1].output), name="front")


def _decoder(front: keras.Model, options: ReaderOptions, dropout: float, seed: int) -> keras.Model:
    """Return a new decoder for the vectors of `front`, with initial weights drawn from `seed`."""
    keras.utils.set_random_seed(seed)
    length = sequences.longest(options.images, options.language)
    symbols = vocabulary.RESERVED + len(vocabulary.alphabet(options.language))
    return decoders.build(options.images, front.output_shape[-1], length, symbols, UNITS, dropout)


def of_each(front: keras.Model, images: int) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Return (batch, images, ...) Keras inputs and the (batch, images, size) vectors that `front` computes of them."""
    inputs = keras.Input((images, *front.input_shape[1:]), name="images")
    vectors = front(ops.reshape(inputs, (-1, *front.input_shape[1:])))  # (batch * images, size)
    return inputs, ops.reshape(vectors, (-1, images, front.output_shape[-1]))


def _together(front: keras.Model, decoder: keras.Model) -> keras.Model:
    """Return a model from [images or codes, previous symbols] to the probabilities of the symbols."""
    inputs, vectors = of_each(front, decoder.inputs[0].shape[1])
    before = keras.Input(decoder.inputs[1].shape[1:], dtype="int32", name="before")
    return keras.Model([inputs, before], decoder([vectors, before]))
