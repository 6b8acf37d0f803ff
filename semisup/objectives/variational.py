"""Variational: the autoencoder as a latent variable model, trained by a bound on the likelihood (Kingma and Welling
2014).

The posterior of the code is Gaussian; its mean is the code. β weighs the KL term (Higgins et al. 2017). A conditional
decoder (Kingma et al. 2014, Sohn et al. 2015) also gets the class, appended to the code, zeros where it is unknown. The
posterior is told the class too, which moves its mean and log-variance: without that the code keeps the class, and the
decoder need not listen to what it is told. With a corruption the posterior is of a corrupted input, the likelihood that
of the clean one (Im et al. 2017): the code keeps less of what the corruption changes.
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
CLASSES_SHOWN = 20
EVALUATION_SEED = 0
CLASS_SIZE = 5.0  # so that an untrained decoder hears the class about as loud as the code


class Binarise(keras.layers.Layer):
    """Draws 0/1 features with its inputs as their probabilities, anew at each step; passes them on at inference."""

    def __init__(self) -> None:
        super().__init__(name="binarise")
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, inputs: keras.KerasTensor, training: bool = False) -> keras.KerasTensor:
        return likelihood.binarise(inputs, self.seed_generator) if training else inputs


class Sample(keras.layers.Layer):
    """Draws a code from the posterior in training, with its KL divergence from N(0, I) as a loss; else the mean."""

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
    """Binarise, corrupt what the posterior sees, draw a code, decode, score: the loss is the negative evidence lower
    bound in nats per input.

    Where the decoder takes more than a code, the model's inputs are [inputs, class vectors].
    """
    inputs = keras.Input(encoder.input_shape[1:])
    target = Binarise()(inputs) if options.likelihood == "bernoulli" else inputs
    classes = decoder.input_shape[-1] - encoder.output_shape[-1]
    told = [keras.Input((classes,), name="class")] if classes else []
    posterior = _posterior(encoder, classes)
    seen = target
    if corruption.corruption is not None:
        seen = Corruption(corruption.corruption, corruption.strength)(target)
    code = Sample(options.beta)(posterior([seen, *told] if classes else seen))
    given = ops.concatenate([code, *told], axis=1) if classes else code
    reconstruction = Likelihood(options.likelihood)([target, decoder(given)])
    return keras.Model([inputs, *told] if classes else inputs, reconstruction, name="autoencoder")


def _posterior(encoder: keras.Model, classes: int) -> keras.Model:
    """Mean and log-variance of the code; the latter is a second output layer beside the code, from the same last
    hidden layer. A class, given as a second input, moves both."""
    code = encoder.get_layer("code")
    log_variance = keras.layers.Dense(code.units, kernel_initializer="zeros", name="log_variance")(code.input)
    if not classes:
        return keras.Model(encoder.input, [encoder.output, log_variance], name="posterior")
    given = keras.Input((classes,), name="class")
    told = ops.concatenate([code.input, given], axis=1)
    told = keras.layers.Dense(code.input.shape[-1], activation="gelu", kernel_initializer="he_normal", name="told")(
        told
    )
    moved = [
        part + keras.layers.Dense(code.units, kernel_initializer="zeros", name=f"class_{name}")(told)
        for name, part in (("mean", encoder.output), ("log_variance", log_variance))
    ]
    return keras.Model([encoder.input, given], moved, name="posterior")


def class_vectors(y: np.ndarray, classes: int) -> np.ndarray:
    """(n, classes) float32, what a conditional model is told of (n,) classes: 5 at the class, 0 elsewhere; nothing but
    zeros where it is unknown (-1)."""
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
    """The evidence lower bound with its two parts and the importance-weighted bound on the log-likelihood of the test
    inputs, nats per input, and inputs drawn from the model."""
    posterior, scored = model.get_layer("posterior"), model.get_layer("likelihood")
    x = ops.convert_to_tensor(dataset.x_test)
    if options.likelihood == "bernoulli":
        x = likelihood.binarise(x, keras.random.SeedGenerator(EVALUATION_SEED))
    classes = dataset.classes if conditional.conditional else 0
    told = ops.convert_to_tensor(class_vectors(dataset.y_test, classes)) if classes else None
    found = likelihood.bounds(posterior, decoder, scored, x, told, EVALUATION_SEED)
    drawn = draw(decoder, encoder.output_shape[-1], classes)[:, :CLASSES_SHOWN]
    picture = plots.grid_of_inputs(drawn, [], dataset.class_names[: min(classes, CLASSES_SHOWN)])
    if classes:  # MLflow takes models of one input here
        return Evaluation(found, {"drawn.png": picture})
    flat = keras.Model(posterior.input, ops.concatenate(posterior.output, axis=1))
    return Evaluation(found, {"drawn.png": picture}, {"posterior": flat})


def draw(decoder: keras.Model, code_size: int, classes: int, rows: int = ROWS_DRAWN, seed: int = 0) -> np.ndarray:
    """Inputs drawn from the model: the decoder's output for codes drawn from the prior.

    Args:
        decoder: of a variational autoencoder.
        code_size: length of the code.
        classes: how many classes it takes beside the code; 0 if none.
        rows: how many rows to draw.
        seed: of the codes.

    Returns:
        (rows, classes, *shape), a row of one code and each class; without classes (rows, rows, *shape), a code each.
    """
    columns = classes or rows
    code = np.random.default_rng(seed).normal(size=(rows, 1 if classes else columns, code_size))
    code = np.broadcast_to(code, (rows, columns, code_size)).reshape(-1, code_size)
    told = np.tile(class_vectors(np.arange(columns), classes), (rows, 1))
    given = np.concatenate([code, told], axis=1).astype("float32")
    return networks.predict(decoder, given).reshape(rows, columns, *decoder.output_shape[1:])


OBJECTIVE = Objective(training_model, mean_squared_error=False, evaluate=evaluate)
