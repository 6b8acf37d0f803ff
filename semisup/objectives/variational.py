"""Variational: the autoencoder as a latent variable model, trained by a bound on the likelihood (Kingma and Welling
2014).

The posterior of the code is Gaussian; its mean is the code. β weighs the KL term (Higgins et al. 2017). A conditional
decoder (Kingma et al. 2014, Sohn et al. 2015) also gets the class, appended to the code as a one-hot vector, which is
zero where the class is unknown. The posterior is not told the class, so that the encoder serves on its own; what the
code keeps of the class, the decoder need not take from the one-hot vector.
"""

import keras
import numpy as np
from keras import ops

from semisup import networks, plots
from semisup.data import Dataset
from semisup.objectives import likelihood
from semisup.objectives.likelihood import Likelihood
from semisup.objectives.objective import Evaluation, Objective
from semisup.settings import PretrainSettings

STRENGTH = 1.0
ROWS_DRAWN = 8
CLASSES_SHOWN = 20
EVALUATION_SEED = 0


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
        noise = keras.random.normal(ops.shape(mean), seed=self.seed_generator)
        return mean + ops.exp(log_variance / 2) * noise


def training_model(encoder: keras.Model, decoder: keras.Model, settings: PretrainSettings) -> keras.Model:
    """Binarise, draw a code, decode, score: the loss is the negative evidence lower bound in nats per input.

    Where the decoder takes more than a code, the model's inputs are [inputs, one-hot classes].
    """
    inputs = keras.Input(encoder.input_shape[1:])
    target = Binarise()(inputs) if settings.likelihood == "bernoulli" else inputs
    posterior = keras.Model(encoder.input, [encoder.output, _log_variance(encoder)], name="posterior")
    code = Sample(settings.strength)(posterior(target))
    classes = decoder.input_shape[-1] - encoder.output_shape[-1]
    one_hot = [keras.Input((classes,))] if classes else []
    given = ops.concatenate([code, *one_hot], axis=1) if classes else code
    reconstruction = Likelihood(settings.likelihood)([target, decoder(given)])
    return keras.Model([inputs, *one_hot] if classes else inputs, reconstruction, name="autoencoder")


def _log_variance(encoder: keras.Model) -> keras.KerasTensor:
    """A second output layer beside the code, from the same last hidden layer."""
    code = encoder.get_layer("code")
    return keras.layers.Dense(code.units, kernel_initializer="zeros", name="log_variance")(code.input)


def evaluate(
    model: keras.Model, encoder: keras.Model, decoder: keras.Model, dataset: Dataset, settings: PretrainSettings
) -> Evaluation:
    """The evidence lower bound with its two parts and the importance-weighted bound on the log-likelihood of the test
    inputs, nats per input, and inputs drawn from the model."""
    posterior, scored = model.get_layer("posterior"), model.get_layer("likelihood")
    x = ops.convert_to_tensor(dataset.x_test)
    if settings.likelihood == "bernoulli":
        x = likelihood.binarise(x, keras.random.SeedGenerator(EVALUATION_SEED))
    classes = dataset.classes if settings.conditional else 0
    one_hot = ops.one_hot(dataset.y_test, classes) if classes else None
    figures = likelihood.bounds(posterior, decoder, scored, x, one_hot, EVALUATION_SEED)
    drawn = draw(decoder, encoder.output_shape[-1], classes)[:, :CLASSES_SHOWN]
    picture = plots.grid_of_inputs(drawn, [], dataset.class_names[: min(classes, CLASSES_SHOWN)])
    flat = keras.Model(posterior.input, ops.concatenate(posterior.output, axis=1))
    return Evaluation(figures, {"drawn.png": picture}, {"posterior": flat})


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
    given = np.concatenate([code, np.tile(np.eye(columns, classes), (rows, 1))], axis=1).astype("float32")
    return networks.predict(decoder, given).reshape(rows, columns, *decoder.output_shape[1:])


OBJECTIVE = Objective(training_model, mean_squared_error=False, evaluate=evaluate, strength=STRENGTH)
