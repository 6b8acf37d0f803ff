"""Trains small autoencoders of the objectives that are named and prints the loss of every step as JSON: in one process,
as a worker of the cluster of TF_CONFIG, or on several logical CPUs.

    python -m tests.training.distributed.losses DEVICES NAME ...
"""

import json
import sys

import keras
import numpy as np
import tensorflow as tf

from semisup.objectives import autoencoder
from semisup.settings import PretrainSettings
from semisup.training import trainer
from semisup.training.distributed import cluster, devices

SHAPE = (6, 5, 1)
ROWS, BATCH = 61, 15  # shares of 7 and 8 rows, and a last batch of one row
STEPS = 100
VARIANTS = {
    "plain": {},
    "plain convolutional": {"network": "convolutional", "widths": [3, 4]},
    "plain linear": {"network": "linear", "widths": None},
    "plain with weight decay": {"weight_decay": 0.01},
    **{
        f"denoising {kind}": {"objective": "denoising", "corruption": kind}
        for kind in ("gaussian", "masking", "salt_and_pepper", "swap", "block", "gamma")
    },
    "sparse l1": {"objective": "sparse", "sparsity": "l1"},
    "sparse kl": {"objective": "sparse", "sparsity": "kl"},
    "contractive exact": {"objective": "contractive", "widths": []},
    "contractive estimated": {"objective": "contractive"},
    "variational bernoulli": {"objective": "variational", "likelihood": "bernoulli"},
    "variational gaussian": {"objective": "variational", "likelihood": "gaussian"},
    "variational gamma": {"objective": "variational", "likelihood": "gaussian", "corruption": "gamma"},
    "variational conditional": {"objective": "variational", "conditional": True},
    "hashing": {"objective": "hashing"},
}


def images() -> tuple[np.ndarray, np.ndarray]:
    """Inputs around four centres, and which."""
    rng = np.random.default_rng(0)
    y = np.arange(ROWS) % 4
    noisy = rng.uniform(size=(4, *SHAPE))[y] + rng.normal(0, 0.1, (ROWS, *SHAPE))
    return np.clip(noisy, 0, 1).astype("float32"), y


def losses(name: str) -> list[float]:
    """Of each step."""
    x, y = images()
    common = {"network": "dense", "widths": [9], "code_size": 4, "batch_size": BATCH, "epochs": STEPS // 5}
    settings = PretrainSettings(**(common | VARIANTS[name]))
    new = autoencoder.build(settings, SHAPE, 4)
    found = []
    autoencoder.train(new, settings, x, y, 4, lambda count, loss: found.append(loss))
    assert len(found) == STEPS
    assert all(np.isfinite(variable.numpy()).all() for variable in new.model.variables)
    return found


if __name__ == "__main__":
    count, *names = sys.argv[1:]
    if int(count) > 1:
        cpus = [tf.config.LogicalDeviceConfiguration()] * int(count)
        tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], cpus)
        devices.local = lambda: [device.name for device in tf.config.list_logical_devices("CPU")]
    if cluster.here() is not None:
        devices.join(cluster.here())
    trainer.STEPS_A_CALL = 1
    keras.config.disable_traceback_filtering()
    print(json.dumps({name: losses(name) for name in names or VARIANTS}))
