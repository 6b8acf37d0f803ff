"""Variational: train the autoencoder as a latent variable model, by a bound on the likelihood (Kingma and Welling
2014).

The posterior of the code is Gaussian; its mean is the code. β is the weight of the KL term (Higgins et al. 2017).

A conditional decoder (Kingma et al. 2014, Sohn et al. 2015) also takes a class vector, appended to the code; it is 0
where the class is unknown. The posterior takes the class vector too, which shifts its mean and its log-variance.
Otherwise the code would contain the class, and the decoder could ignore the class vector.

With a corruption, the posterior is computed from a corrupted input and the likelihood from the clean one (Im et al.
2017). The code then keeps less of what the corruption changes.
"""

import keras
import numpy as np
from keras import ops

from semisup import networks, plots
from semisup.data.dataset import Dataset
from semisup.objectives import likelihood
from semisup.objectives.corruption import Corruption
from semisup.objectives.likelihood import Likelihood
from semisup.objectives.objective import Evaluation, Objective
from semisup.settings.objectives import ConditionalOptions, CorruptionOptions, VariationalOptions
from semisup.training.distributed import global_batch

ROWS_DRAWN = 8
CLASSES_SHOWN = 20  # most classes in the figure
EVALUATION_SEED = 0
CLASS_SIZE = 5.0  # value at the class; with it, class vector and code affect an untrained decoder about equally


class Binarise(keras.layers.Layer):
    """Draws 0/1 features anew at each step; its inputs are their probabilities. At inference it returns its inputs."""

    def __init__(self) -> None:
        super().__init__(name="binarise")
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, inputs: keras.KerasTensor, training: bool = False) -> keras.KerasTensor:
        return likelihood.binarise(inputs, self.seed_generator) if training else inputs


class Sample(keras.layers.Layer):
    """Draws a code from the posterior in training, and adds the posterior's KL divergence from N(0, I) to the loss.

    At inference it returns the mean of the posterior.
    """

    def __init__(self, beta: float) -> None:
        super().__init__(name="sample")
        self.beta = beta
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, posterior: list[keras.KerasTensor], training: bool = False) -> keras.KerasTensor:
        mean, log_variance = posterior
        if not training:
            return mean
        self.add_loss(self.beta * ops.mean(likelihood.kl_from_prior(mean, log_variance)))
        noise = global_batch.draw(keras.random.normal, ops.shape(mean), seed=self.seed_generator)
        return mean + ops.exp(log_variance / 2) * noise


def training_model(
    encoder: keras.Model,
    decoder: keras.Model,
    options: VariationalOptions,
    conditional: ConditionalOptions,
    corruption: CorruptionOptions,
) -> keras.Model:
    """Return a model whose loss is the negative evidence lower bound, in nats per input.

    It binarises its inputs (for the likelihood `bernoulli`), corrupts those of the posterior (with a corruption), draws
    a code, decodes it, and computes the likelihood. If the decoder takes class vectors, the model's inputs are [inputs,
    class vectors].
    """
    inputs = keras.Input(encoder.input_shape[1:])
    target = Binarise()(inputs) if options.likelihood == "bernoulli" else inputs
    classes = decoder.input_shape[-1] - encoder.output_shape[-1]
    vectors = [keras.Input((classes,), name="class")] if classes else []
    posterior = _posterior(encoder, classes)
    corrupted = target
    if corruption.corruption is not None:
        corrupted = Corruption(corruption.corruption, corruption.strength)(target)
    code = Sample(options.beta)(posterior([corrupted, *vectors] if classes else corrupted))
    decoder_inputs = ops.concatenate([code, *vectors], axis=1) if classes else code
    reconstruction = Likelihood(options.likelihood)([target, decoder(decoder_inputs)])
    return keras.Model([inputs, *vectors] if classes else inputs, reconstruction, name="autoencoder")


def _posterior(encoder: keras.Model, classes: int) -> keras.Model:
    """Return a model from inputs, or [inputs, class vectors], to the mean and the log-variance of the code.

    The log-variance is computed by a second output layer, from the same last hidden layer as the code. A class vector
    adds a term to both, computed by a hidden layer from the class vector and that last hidden layer.
    """
    code = encoder.get_layer("code")
    log_variance = keras.layers.Dense(code.units, kernel_initializer="zeros", name="log_variance")(code.input)
    if not classes:
        return keras.Model(encoder.input, [encoder.output, log_variance], name="posterior")
    vectors = keras.Input((classes,), name="class")
    width = code.input.shape[-1]
    dense = keras.layers.Dense(width, activation="gelu", kernel_initializer="he_normal", name="class_hidden")
    hidden = dense(ops.concatenate([code.input, vectors], axis=1))
    shifted = [
        part + keras.layers.Dense(code.units, kernel_initializer="zeros", name=f"class_{name}")(hidden)
        for name, part in (("mean", encoder.output), ("log_variance", log_variance))
    ]
    return keras.Model([encoder.input, vectors], shifted, name="posterior")


def class_vectors(y: np.ndarray, classes: int) -> np.ndarray:
    """Return the (n, classes) float32 class vectors that a conditional model takes: 5 at the class, 0 elsewhere.

    Args:
        y: (n,) classes; the vector of an unknown class (-1) is all 0.
        classes: number of classes.
    """
    return CLASS_SIZE * (y[:, None] == np.arange(classes)).astype(np.float32)


def evaluate(
    model: keras.Model,
    encoder: keras.Model,
    decoder: keras.Model,
    dataset: Dataset,
    options: VariationalOptions,
    conditional: ConditionalOptions,
    corruption: CorruptionOptions,
) -> Evaluation:
    """Estimate the bounds on the log-likelihood of the test inputs, in nats per input, and draw inputs from the model.

    The metrics are those of `likelihood.bounds`.
    """
    posterior, likelihood_layer = model.get_layer("posterior"), model.get_layer("likelihood")
    x = ops.convert_to_tensor(dataset.x_test)
    if options.likelihood == "bernoulli":
        x = likelihood.binarise(x, keras.random.SeedGenerator(EVALUATION_SEED))
    classes = dataset.classes if conditional.conditional else 0
    vectors = ops.convert_to_tensor(class_vectors(dataset.y_test, classes)) if classes else None
    metrics = likelihood.bounds(posterior, decoder, likelihood_layer, x, vectors, EVALUATION_SEED)
    drawn = draw(decoder, encoder.output_shape[-1], classes)[:, :CLASSES_SHOWN]
    figure = plots.grid_of_inputs(drawn, [], dataset.class_names[: min(classes, CLASSES_SHOWN)])
    if classes:  # the posterior has two inputs; MLflow logs models of one input here
        return Evaluation(metrics, {"drawn.png": figure})
    flat = keras.Model(posterior.input, ops.concatenate(posterior.output, axis=1))
    return Evaluation(metrics, {"drawn.png": figure}, {"posterior": flat})


def draw(decoder: keras.Model, code_size: int, classes: int, rows: int = ROWS_DRAWN, seed: int = 0) -> np.ndarray:
    """Draw inputs from the model: decode codes that are drawn from the prior.

    Args:
        decoder: of a variational autoencoder.
        code_size: length of the code.
        classes: number of classes of a conditional decoder; 0 for any other.
        rows: how many rows to draw.
        seed: of the codes.

    Returns:
        With classes (rows, classes, *shape): a row has one code, decoded with each class. Without classes (rows, rows,
        *shape): each entry has its own code.
    """
    columns = classes or rows
    code = np.random.default_rng(seed).normal(size=(rows, 1 if classes else columns, code_size))
    code = np.broadcast_to(code, (rows, columns, code_size)).reshape(-1, code_size)
    vectors = np.tile(class_vectors(np.arange(columns), classes), (rows, 1))  # (rows * columns, classes)
    decoder_inputs = np.concatenate([code, vectors], axis=1).astype("float32")
    return networks.predict(decoder, decoder_inputs).reshape(rows, columns, *decoder.output_shape[1:])


OBJECTIVE = Objective(training_model, mean_squared_error=False, evaluate=evaluate)
