import keras
import numpy as np

from semisup import networks
from semisup.training.optimizers import LayerwiseAdamW


def test_layers_are_let_loose_from_the_code_backwards_and_decay_only_then():
    encoder = networks.build("dense", (6,), [8], 4)[0]
    schedule = keras.optimizers.schedules.CosineDecay(1e-2, 1000)
    optimizer = LayerwiseAdamW(schedule, 0.1, encoder, 0.5, unfreeze_steps=30)
    optimizer.build(encoder.trainable_variables)
    before = [variable.numpy() for variable in encoder.trainable_variables]
    first = {}
    for step in range(40):
        optimizer.apply([keras.ops.ones(variable.shape) for variable in encoder.trainable_variables])
        for variable, value in zip(encoder.trainable_variables, before, strict=True):
            if (variable.numpy() != value).any():
                first.setdefault(variable.path.split("/")[-2], step)
    assert first == {"code": 15, encoder.layers[2].name: 30}


def test_a_rate_scales_the_steps():
    found = []
    for rate in (1.0, 0.1):
        keras.utils.set_random_seed(0)
        encoder = networks.build("dense", (6,), [], 4)[0]
        optimizer = LayerwiseAdamW(keras.optimizers.schedules.CosineDecay(1e-2, 1000), 0.0, encoder, rate, 0)
        kernel = encoder.get_layer("code").kernel
        before = kernel.numpy()
        optimizer.build(encoder.trainable_variables)
        optimizer.apply([keras.ops.ones(variable.shape) for variable in encoder.trainable_variables])
        found.append(kernel.numpy() - before)
    np.testing.assert_allclose(found[1], 0.1 * found[0], rtol=1e-4)
