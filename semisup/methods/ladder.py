"""The ladder network (Rasmus et al. 2015): a dense encoder and classifier with noise in every layer, a decoder with
lateral connections that removes the noise layer by layer, both trained together.

The encoder's layers start from stage one's; the decoder is the ladder's own.
"""

import itertools
import math

import keras
import numpy as np
from keras import layers, ops

from semisup import networks
from semisup.data.batches import beside, enough
from semisup.data.dataset import Dataset
from semisup.methods.network_classifier import new_encoder
from semisup.methods.pretrained import Pretrained
from semisup.networks import dense
from semisup.settings.methods import NewEncoderOptions, Recipe, StepOptions
from semisup.system.progress import Report, silent
from semisup.training.optimizers import warmed_up
from semisup.training.trainer import Trainer

NOISE = 0.3
COSTS = (1000.0, 10.0)  # of denoising the inputs and the first layer,
COST = 0.1  # and every other one
EPSILON = 1e-6
SAMPLE = 10_000  # training inputs that the classifier's normalisation is taken from


def normalised(z: keras.KerasTensor) -> keras.KerasTensor:
    """Each of the (batch, units) columns with mean 0 and variance 1 over the batch."""
    mean, variance = ops.moments(z, axes=0)
    return (z - mean) / ops.sqrt(variance + EPSILON)


def combinator(shape: tuple[int, int], dtype: str) -> keras.KerasTensor:
    """(10, units) weights that at first pass on the noisy activity where the decoder says nothing."""
    rows = [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0]
    return ops.cast(ops.tile(ops.array(rows)[:, None], (1, shape[1])), dtype)


def denoised(a: keras.KerasTensor, noisy: keras.KerasTensor, message: keras.KerasTensor) -> keras.KerasTensor:
    """(batch, units) activity as the noisy one and the message from above tell it: for Gaussian activity and noise the
    best guess is linear in the noisy one, with mean and slope that depend on the message (equation 2)."""
    mean = a[0] * ops.sigmoid(a[1] * message + a[2]) + a[3] * message + a[4]
    slope = a[5] * ops.sigmoid(a[6] * message + a[7]) + a[8] * message + a[9]
    return (noisy - mean) * slope + mean


class LadderNetwork(layers.Layer):
    """[labelled, any] flat inputs to (labelled, classes) probabilities of the noisy path in training, of the clean one
    at inference; in training it adds the costs of denoising the other inputs."""

    def __init__(self, units: list[int], activations: list[str]) -> None:
        """`units` are those of the inputs and of every layer up to the classes; one activation a layer."""
        super().__init__(name="ladder")
        self.activations = [keras.activations.get(activation) for activation in activations]
        self.seed_generator = keras.random.SeedGenerator()
        self.kernels, self.scales, self.shifts, self.downs = [], [], [], []
        for below, above in itertools.pairwise(units):
            self.kernels.append(self.add_weight((below, above), initializer="he_normal"))
            self.scales.append(self.add_weight((above,), initializer="ones"))
            self.shifts.append(self.add_weight((above,), initializer="zeros"))
            self.downs.append(self.add_weight((above, below), initializer="glorot_normal"))
        self.combinators = [self.add_weight((10, size), initializer=combinator) for size in units]
        self.built = True

    def up(self, x: keras.KerasTensor, noise: float) -> tuple[list[keras.KerasTensor], keras.KerasTensor]:
        """The normalised activity of every layer, inputs first, noise added, and the probabilities."""
        z = [self._noisy(x, noise)]
        h = z[0]
        for kernel, scale, shift, activation in zip(
            self.kernels, self.scales, self.shifts, self.activations, strict=True
        ):
            z.append(self._noisy(normalised(ops.matmul(h, kernel)), noise))
            h = activation(scale * z[-1] + shift)
        return z, h

    def _noisy(self, z: keras.KerasTensor, noise: float) -> keras.KerasTensor:
        return z + noise * keras.random.normal(ops.shape(z), seed=self.seed_generator) if noise else z

    def call(self, inputs: list[keras.KerasTensor], training: bool = False) -> keras.KerasTensor:
        labelled, any_x = inputs
        if not training:
            return self.up(labelled, 0.0)[1]
        known = ops.shape(labelled)[0]
        # the noisy path takes both in one pass; they are normalised together
        noisy, probabilities = self.up(ops.concatenate([labelled, any_x], axis=0), NOISE)
        clean, _ = self.up(any_x, 0.0)
        cost, message = 0.0, normalised(probabilities[known:])
        for depth in reversed(range(len(clean))):
            guess = denoised(self.combinators[depth], noisy[depth][known:], message)
            weight = COSTS[depth] if depth < len(COSTS) else COST
            cost += weight * ops.mean(ops.square(guess - clean[depth]))
            if depth > 0:
                message = normalised(ops.matmul(guess, self.downs[depth - 1]))
        self.add_loss(cost)
        return probabilities[:known]


class Ladder:
    """See `method.Method`."""

    def __init__(self, pretrained: Pretrained, dataset: Dataset, recipe: Recipe) -> None:
        self._x, self._classes = dataset.x_train, dataset.classes
        self._mode, self._new, self._training = recipe.encoder, recipe[NewEncoderOptions], recipe[StepOptions]
        self._pretrained = pretrained.encoder
        self._start = new_encoder(pretrained.encoder, self._mode, self._new)
        start = dense.unrolled(self._start)
        self._units = [math.prod(self._start.input_shape[1:])]
        self._units += [layer.kernel.shape[1] for layer in start] + [dataset.classes]
        self._activations = [layer.activation for layer in start] + ["softmax"]
        self._network, model = self._training_model(0)
        schedule = warmed_up(self._training.learning_rate, self._training.steps)
        optimizer = keras.optimizers.AdamW(schedule, weight_decay=self._training.weight_decay)
        self._trainer = Trainer(model, keras.losses.CategoricalCrossentropy(), optimizer)
        self.encoder, self.classifier = self._stock()
        self.decoder = None if recipe.encoder == "scratch" else pretrained.decoder
        self.history: list[dict[str, float]] = []

    def _training_model(self, seed: int) -> tuple[LadderNetwork, keras.Model]:
        keras.utils.set_random_seed(seed)
        start = new_encoder(self._pretrained, self._mode, self._new)
        shape = start.input_shape[1:]
        network = LadderNetwork(self._units, self._activations)
        for kernel, layer in zip(
            network.kernels, dense.unrolled(start), strict=False
        ):  # the classes' has no counterpart
            kernel.assign(layer.kernel)
        if self._mode != "scratch":
            self._take_moments(network, start)
        labelled, any_x = keras.Input(shape), keras.Input(shape)
        predictions = network([layers.Flatten()(labelled), layers.Flatten()(any_x)])
        return network, keras.Model([labelled, any_x], predictions)

    def _take_moments(self, network: LadderNetwork, start: keras.Model) -> None:
        """Scales and shifts with which the normalised layers do what stage one's did."""
        h = self._sample()
        for depth, layer in enumerate(dense.unrolled(start)):
            z = ops.matmul(h, layer.kernel)
            mean, variance = ops.moments(z, axes=0)
            network.scales[depth].assign(layer.slope * ops.sqrt(variance + EPSILON))
            network.shifts[depth].assign(layer.slope * mean + layer.offset)
            h = network.activations[depth](layer.slope * z + layer.offset)

    def _sample(self) -> keras.KerasTensor:
        x = self._x[:: -(-len(self._x) // SAMPLE)]
        return ops.convert_to_tensor(x.reshape(len(x), -1))  # (up to 10,000, features)

    def total_steps(self, labels: int) -> int:
        return self._training.steps

    def inputs(self, x: np.ndarray) -> np.ndarray:
        return x

    def fit(self, rows: np.ndarray, y: np.ndarray, init_seed: int, order_seed: int, report: Report = silent) -> None:
        self._trainer.start_over(self._training_model(init_seed)[1])
        targets = np.eye(self._classes, dtype=np.float32)[y]  # (labels, classes)
        size, steps = self._training.batch_size, self._training.steps
        labelled = enough(self._x[rows], targets, min(size, len(rows)), steps, order_seed)
        all_x = enough(self._x, None, min(size, len(self._x)), steps, order_seed + 1)
        self._trainer.run(iter(beside(labelled, all_x)), steps, report)
        self.encoder, self.classifier = self._stock()

    def _stock(self) -> tuple[keras.Model, keras.Model]:
        """The clean path as stock layers, normalised by the moments of a sample of the training inputs."""
        inputs = keras.Input(self._start.input_shape[1:])
        x, h = layers.Flatten()(inputs), self._sample()
        outputs = []
        for depth, activation in enumerate(self._activations):
            linear = layers.Dense(self._units[depth + 1], use_bias=False)
            normalise = layers.BatchNormalization(epsilon=EPSILON)
            x = layers.Activation(activation)(normalise(linear(x)))
            kernel, scale, shift = (
                part[depth] for part in (self._network.kernels, self._network.scales, self._network.shifts)
            )
            mean, variance = ops.moments(ops.matmul(h, kernel), axes=0)
            linear.set_weights([kernel])
            normalise.set_weights([scale, shift, mean, variance])
            h = keras.activations.get(activation)(normalise(ops.matmul(h, kernel)))
            outputs.append(x)
        return keras.Model(inputs, outputs[-2], name="encoder"), keras.Model(inputs, outputs[-1], name="classifier")

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        return networks.predict(self.classifier, inputs)


METHOD = Ladder
