import numpy as np
import pytest

from semisup import networks
from semisup.commands.pretrain import pretrain
from semisup.objectives import denoising
from semisup.settings import PretrainSettings


def test_the_corruption_is_drawn_anew_at_each_step_and_off_at_inference():
    encoder, decoder = networks.build("dense", (40,), [8], 3)
    settings = PretrainSettings(objective="denoising", strength=0.5)
    model = denoising.training_model(encoder, decoder, *settings.objective_options)
    x = np.random.default_rng(0).uniform(0.1, 1, (20, 40)).astype("f4")
    clean = networks.predict(decoder, networks.predict(encoder, x))
    np.testing.assert_allclose(model(x, training=False), clean, atol=1e-6)
    first, second = np.array(model(x, training=True)), np.array(model(x, training=True))
    assert (first != clean).any()
    assert (first != second).any()


@pytest.mark.slow
@pytest.mark.parametrize("corruption", ["gaussian", pytest.param("salt_and_pepper", marks=pytest.mark.slow)])
def test_noise_is_taken_out_of_test_inputs(workspace, corruption):
    settings = PretrainSettings(objective="denoising", corruption=corruption, strength=0.25, epochs=8)
    metrics = pretrain(settings).metrics
    assert metrics["test_psnr_denoised"] > metrics["test_psnr_corrupted"] + 2
    if corruption == "gaussian":
        assert metrics["test_psnr_corrupted"] == pytest.approx(-20 * np.log10(0.25), abs=0.1)
