"""Denoising: reconstruct the clean input from a corrupted one (Vincent et al. 2008, 2010)."""

import keras

from semisup import metrics, networks, plots
from semisup.data import Dataset
from semisup.objectives.corruption import STRENGTH, Corruption, corrupt
from semisup.objectives.objective import Evaluation, Objective
from semisup.settings import PretrainSettings

EVALUATION_SEED = 0


def training_model(encoder: keras.Model, decoder: keras.Model, settings: PretrainSettings) -> keras.Model:
    """Encoder and decoder behind a corruption that is off at inference."""
    inputs = keras.Input(encoder.input_shape[1:])
    corrupted = Corruption(settings.corruption, settings.strength)(inputs)
    return keras.Model(inputs, decoder(encoder(corrupted)), name="autoencoder")


def evaluate(
    model: keras.Model, encoder: keras.Model, decoder: keras.Model, dataset: Dataset, settings: PretrainSettings
) -> Evaluation:
    """Peak signal-to-noise ratio, in decibels, of the corrupted and of the denoised test inputs against clean ones."""
    seed = keras.random.SeedGenerator(EVALUATION_SEED)
    x = dataset.x_test
    corrupted = keras.ops.convert_to_numpy(
        corrupt(keras.ops.convert_to_tensor(x), settings.corruption, settings.strength, seed)
    )
    denoised = networks.predict(decoder, networks.predict(encoder, corrupted))
    figures = {
        "test_psnr_corrupted": metrics.peak_signal_to_noise_ratio(x, corrupted),
        "test_psnr_denoised": metrics.peak_signal_to_noise_ratio(x, denoised),
    }
    rows = {"clean": x, "corrupted": corrupted, "denoised": denoised}
    return Evaluation(figures, {"denoising.png": plots.rows_of_inputs(rows)})


OBJECTIVE = Objective(training_model, evaluate=evaluate, strength=STRENGTH)
