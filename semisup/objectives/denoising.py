"""Denoising: reconstruct the clean input from a corrupted one (Vincent et al. 2008, 2010)."""

import keras

from semisup import metrics, networks, plots
from semisup.data.dataset import Dataset
from semisup.objectives.corruption import Corruption, corrupt
from semisup.objectives.objective import Evaluation, Objective, named
from semisup.settings.objectives import CodeOptions, CorruptionOptions

EVALUATION_SEED = 0


def training_model(
    encoder: keras.Model, decoder: keras.Model, code: CodeOptions, options: CorruptionOptions
) -> keras.Model:
    """Return a model that corrupts its inputs (not at inference), encodes and decodes them."""
    inputs = keras.Input(encoder.input_shape[1:])
    corrupted = Corruption(options.corruption, options.strength)(inputs)
    return keras.Model(inputs, decoder(encoder(corrupted)), name="autoencoder")


def evaluate(
    model: keras.Model,
    encoder: keras.Model,
    decoder: keras.Model,
    dataset: Dataset,
    code: CodeOptions,
    options: CorruptionOptions,
) -> Evaluation:
    """Measure how well noise is removed from the test inputs.

    The metrics are the peak signal-to-noise ratios, in decibels, of the corrupted and of the denoised test inputs
    against the clean ones.
    """
    seed = keras.random.SeedGenerator(EVALUATION_SEED)
    x = dataset.x_test
    corrupted = keras.ops.convert_to_numpy(
        corrupt(keras.ops.convert_to_tensor(x), options.corruption, options.strength, seed)
    )
    denoised = networks.predict(decoder, networks.predict(encoder, corrupted))
    psnr = {
        "test_psnr_corrupted": metrics.peak_signal_to_noise_ratio(x, corrupted),
        "test_psnr_denoised": metrics.peak_signal_to_noise_ratio(x, denoised),
    }
    rows = {"clean": x, "corrupted": corrupted, "denoised": denoised}
    return Evaluation(psnr, {"denoising.png": plots.rows_of_inputs(rows)})


OBJECTIVE = Objective(training_model, code_activation=named, evaluate=evaluate)
