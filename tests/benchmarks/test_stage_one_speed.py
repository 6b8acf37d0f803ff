"""Stage one against plain Keras `fit`, PyTorch and the machine's matrix-product rate.

    python -m pytest -m benchmark -s tests/benchmarks/test_stage_one_speed.py

The contestants train the same network with the same batch size and Adam on the same inputs, one after another in every
round in one process, so that drifts of the machine meet all of them; the figures are medians over the rounds. PyTorch
is the optional extra `bench`; without it its column is empty.
"""

import itertools
import statistics
import time
from collections.abc import Callable

import keras
import numpy as np
import pytest
import tensorflow as tf
from rich.console import Console
from rich.table import Table

from semisup import networks
from semisup.data.batches import batches
from semisup.objectives import plain
from semisup.settings.objectives import CodeOptions
from semisup.training.trainer import Trainer

ROUNDS = 5
ROWS = 6_400
NETWORKS = {  # name -> (network, widths, code size)
    "dense 784-500-500-1000-10": ("dense", [500, 500, 1000], 10),
    "convolutional 32-64, code 32": ("convolutional", [32, 64], 32),
}


def semisup_epoch(spec, x, batch_size) -> Callable[[], None]:
    network, widths, code_size = spec
    model = plain.training_model(*networks.build(network, x.shape[1:], widths, code_size), CodeOptions())
    trainer = Trainer(model, keras.losses.MeanSquaredError(), keras.optimizers.Adam(1e-3))
    stream, steps = batches(x, None, batch_size, 100, seed=0)
    iterator = iter(stream)
    return lambda: trainer.run(iterator, steps)


def keras_epoch(spec, x, batch_size) -> Callable[[], None]:
    network, widths, code_size = spec
    model = plain.training_model(*networks.build(network, x.shape[1:], widths, code_size), CodeOptions())
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
    return lambda: model.fit(x, x, batch_size=batch_size, verbose=0)


def torch_epoch(spec, x, batch_size) -> Callable[[], None]:
    torch = pytest.importorskip("torch")
    nn = torch.nn
    network, widths, code_size = spec
    if network == "dense":
        sizes = [x[0].size, *widths, code_size]
        down = [m for a, b in itertools.pairwise(sizes) for m in (nn.Linear(a, b), nn.ReLU())][:-1]
        up = [m for a, b in itertools.pairwise(sizes[::-1]) for m in (nn.Linear(a, b), nn.ReLU())][:-1]
        model, data = nn.Sequential(*down, *up, nn.Sigmoid()), torch.from_numpy(x.reshape(len(x), -1))
    else:
        f, g = widths
        model = nn.Sequential(
            *(nn.Conv2d(1, f, 3, 2, 1), nn.ReLU(), nn.Conv2d(f, g, 3, 2, 1), nn.ReLU(), nn.Flatten()),
            *(nn.Linear(49 * g, code_size), nn.Linear(code_size, 49 * g), nn.ReLU(), nn.Unflatten(1, (g, 7, 7))),
            *(nn.ConvTranspose2d(g, f, 3, 2, 1, 1), nn.ReLU(), nn.ConvTranspose2d(f, 1, 3, 2, 1, 1), nn.Sigmoid()),
        )
        data = torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2)))
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)

    def epoch() -> None:
        for index in torch.randperm(len(data)).split(batch_size):
            batch = data[index]
            optimizer.zero_grad()
            nn.functional.mse_loss(model(batch), batch).backward()
            optimizer.step()

    return epoch


def matrix_product_rate() -> float:
    """Multiply-adds a second of a large single-precision matrix product."""
    a, b = tf.random.normal((2048, 2048)), tf.random.normal((2048, 2048))
    start = time.perf_counter()
    for _ in range(8):
        product = tf.matmul(a, b)
    product.numpy()
    return 8 * 2048**3 / (time.perf_counter() - start)


def training_products(widths: list[int], code_size: int) -> int:
    """Multiply-adds of one input in one step of the dense network: forward, and backward to weights and to inputs
    (but not to the data)."""
    sizes = [784, *widths, code_size]
    forward = 2 * sum(a * b for a, b in itertools.pairwise(sizes))
    return 3 * forward - sizes[0] * sizes[1]


@pytest.mark.benchmark
@pytest.mark.filterwarnings("ignore")
def test_stage_one_speed():
    x = np.random.default_rng(0).uniform(size=(ROWS, 28, 28, 1)).astype("f4")
    table = Table(title=f"stage one, inputs/s: median of {ROUNDS} interleaved rounds, an epoch of {ROWS} each")
    for column in ("network", "batch", "semisup", "Keras fit", "PyTorch", "÷ Keras", "÷ PyTorch", "÷ matrix product"):
        table.add_column(column, justify="left" if column == "network" else "right")
    for name, spec in NETWORKS.items():
        for batch_size in (128, 256):
            epochs = [make(spec, x, batch_size) for make in (semisup_epoch, keras_epoch, torch_epoch)]
            for epoch in epochs:
                epoch()  # compiles
            speeds, ratios = [], []
            for _ in range(ROUNDS):
                row = []
                for epoch in epochs:
                    start = time.perf_counter()
                    epoch()
                    row.append(ROWS / (time.perf_counter() - start))
                products = training_products(*spec[1:]) * row[0] / matrix_product_rate()
                speeds.append(row)
                ratios.append((row[0] / row[1], row[0] / row[2], products if spec[0] == "dense" else float("nan")))
            median = [statistics.median(column) for column in zip(*speeds, strict=True)]
            ratio = [
                f"{statistics.median(column):.2f} ({min(column):.2f}-{max(column):.2f})"
                if column[0] == column[0]
                else ""
                for column in zip(*ratios, strict=True)
            ]
            table.add_row(name, str(batch_size), *(f"{speed:,.0f}" for speed in median), *ratio)
    Console(width=150).print(table)
