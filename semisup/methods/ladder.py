"""The ladder network (Rasmus et al. 2015): a dense encoder and classifier with noise in every layer, and a decoder that
removes the noise layer by layer, through lateral connections. Both are trained together.

The encoder's layers start from those of stage one. The decoder is new: stage one's is not used.
"""

import itertools
import math

import keras
import numpy as np
from keras import layers, ops

from semisup import networks
from semisup.data.batches import beside, enough
from semisup.data.dataset import Dataset
from semisup.methods import weighted_loss
from semisup.methods.network_classifier import new_encoder
from semisup.methods.pretrained import Pretrained
from semisup.networks import dense
from semisup.settings.network_classifier import NewEncoderOptions, StepOptions
from semisup.settings.recipe import Recipe
from semisup.system.progress import Report, silent
from semisup.training.optimizers import warmed_up
from semisup.training.trainer import Trainer

NOISE = 0.3  # standard deviation of the Gaussian noise in every layer
COSTS = (1000.0, 10.0)  # weights of the denoising costs of the inputs and of the first layer
COST = 0.1  # weight of the denoising cost of every other layer
EPSILON = 1e-6
SAMPLE = 10_000  # most training inputs from which the mean and variance for batch normalisation are computed


def normalised(z: keras.KerasTensor) -> keras.KerasTensor:
    """Scale each column of (batch, units) activity to mean 0 and variance 1 over the batch."""
    mean, variance = ops.moments(z, axes=0)
    return (z - mean) / ops.sqrt(variance + EPSILON)


def combinator(shape: tuple[int, int], dtype: str) -> keras.KerasTensor:
    """Return initial (10, units) weights of `denoised`: they return the noisy activity where the message is 0."""
    rows = [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0]
    return ops.cast(ops.tile(ops.array(rows)[:, None], (1, shape[1])), dtype)


def denoised(a: keras.KerasTensor, noisy: keras.KerasTensor, message: keras.KerasTensor) -> keras.KerasTensor:
    """Estimate the clean activity of a layer from its noisy activity and the decoder's message from the layer above.

    For Gaussian activity and noise the best estimate is linear in the noisy activity. Its mean and its slope are
    functions of the message (Rasmus et al. 2015, equation 2).

    Args:
        a: (10, units) weights.
        noisy: (batch, units).
        message: (batch, units).

    Returns:
        (batch, units).
    """
    mean = a[0] * ops.sigmoid(a[1] * message + a[2]) + a[3] * message + a[4]
    slope = a[5] * ops.sigmoid(a[6] * message + a[7]) + a[8] * message + a[9]
    return (noisy - mean) * slope + mean


class LadderNetwork(layers.Layer):
    """The ladder from [labelled inputs, any inputs], both flat, to (labelled, classes) probabilities.

    In training the probabilities are those of the noisy path, and the costs of denoising the layers of the second input
    are added to the loss. At inference the probabilities are those of the clean path.
    """

    def __init__(self, units: list[int], activations: list[str]) -> None:
        """Create the weights.

        Args:
            units: width of the inputs and of every layer; the last is the number of classes.
            activations: one for each layer, without the inputs.
        """
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
        """Run the encoder and the classifier.

        Args:
            x: (batch, features).
            noise: standard deviation of the noise added to every layer; 0 for the clean path.

        Returns:
            The normalised activity of every layer with its noise, (batch, units) each, the inputs first; and the
            (batch, classes) probabilities.
        """
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
        count = ops.shape(labelled)[0]
        # both inputs take the noisy path in one pass, so that they are normalised together
        noisy, probabilities = self.up(ops.concatenate([labelled, any_x], axis=0), NOISE)
        clean, _ = self.up(any_x, 0.0)
        cost, message = 0.0, normalised(probabilities[count:])
        for depth in reversed(range(len(clean))):
            estimate = denoised(self.combinators[depth], noisy[depth][count:], message)
            weight = COSTS[depth] if depth < len(COSTS) else COST
            cost += weight * ops.mean(ops.square(estimate - clean[depth]))
            if depth > 0:
                message = normalised(ops.matmul(estimate, self.downs[depth - 1]))
        self.add_loss(cost)
        return probabilities[:count]


class Ladder:
    """The method `ladder`; see `method.Method`."""

    def __init__(self, pretrained: Pretrained, dataset: Dataset, recipe: Recipe) -> None:
        self._x, self._classes = dataset.x_train, dataset.classes
        self._mode, self._new, self._training = recipe.encoder, recipe[NewEncoderOptions], recipe[StepOptions]
        self._pretrained = pretrained.encoder
        self._start = new_encoder(pretrained.encoder, self._mode, self._new)
        start_layers = dense.unrolled(self._start)
        self._units = [math.prod(self._start.input_shape[1:])]
        self._units += [layer.kernel.shape[1] for layer in start_layers] + [dataset.classes]
        self._activations = [layer.activation for layer in start_layers] + ["softmax"]
        self._network, model = self._training_model(0)
        schedule = warmed_up(self._training.learning_rate, self._training.steps)
        optimizer = keras.optimizers.AdamW(schedule, weight_decay=self._training.weight_decay)
        self._trainer = Trainer(model, weighted_loss.cross_entropy(), optimizer)
        self.encoder, self.classifier = self._stock()
        self.decoder = None if recipe.encoder == "scratch" else pretrained.decoder
        self.history: list[dict[str, float]] = []

    def _training_model(self, seed: int) -> tuple[LadderNetwork, keras.Model]:
        """Return a new ladder, and a model from [labelled inputs, any inputs] to the probabilities of the former."""
        keras.utils.set_random_seed(seed)
        start = new_encoder(self._pretrained, self._mode, self._new)
        shape = start.input_shape[1:]
        network = LadderNetwork(self._units, self._activations)
        # not strict: the last kernel, which gives the classes, has no layer in the encoder
        for kernel, layer in zip(network.kernels, dense.unrolled(start), strict=False):
            kernel.assign(layer.kernel)
        if self._mode != "scratch":
            self._take_moments(network, start)
        labelled, any_x = keras.Input(shape), keras.Input(shape)
        predictions = network([layers.Flatten()(labelled), layers.Flatten()(any_x)])
        return network, keras.Model([labelled, any_x], predictions)

    def _take_moments(self, network: LadderNetwork, start: keras.Model) -> None:
        """Set the ladder's scales and shifts so that its normalised layers compute what stage one's layers do."""
        h = self._sample()
        for depth, layer in enumerate(dense.unrolled(start)):
            z = ops.matmul(h, layer.kernel)
            mean, variance = ops.moments(z, axes=0)
            network.scales[depth].assign(layer.slope * ops.sqrt(variance + EPSILON))
            network.shifts[depth].assign(layer.slope * mean + layer.offset)
            h = network.activations[depth](layer.slope * z + layer.offset)

    def _sample(self) -> keras.KerasTensor:
        """Return up to `SAMPLE` training inputs, evenly spaced: (rows, features)."""
        x = self._x[:: -(-len(self._x) // SAMPLE)]
        return ops.convert_to_tensor(x.reshape(len(x), -1))

    def total_steps(self, labels: int) -> int:
        return self._training.steps

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
        self._trainer.start_over(self._training_model(init_seed)[1])
        targets = weighted_loss.targets(y, self._classes, weights)
        size, steps = self._training.batch_size, self._training.steps
        labelled = enough(self._x[rows], targets, min(size, len(rows)), steps, order_seed)
        all_x = enough(self._x, None, min(size, len(self._x)), steps, order_seed + 1)
        self._trainer.run(iter(beside(labelled, all_x)), steps, report)
        self.encoder, self.classifier = self._stock()

    def _stock(self) -> tuple[keras.Model, keras.Model]:
        """Build encoder and classifier of stock Keras layers that compute the clean path.

        Batch normalisation uses the mean and variance of a sample of the training inputs.
        """
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
