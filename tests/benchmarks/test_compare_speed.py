"""The default comparison on digits against the two naive loops over its cells.

    python -m pytest -m benchmark -s tests/benchmarks/test_compare_speed.py

- one process a cell: `python -m semisup finetune`;
- one Keras `compile` and `fit` a cell, in one process; the neighbour graph built for every cell.

The loops are measured on a sample of cells (each method at the smallest and the largest budget, `ROUNDS` draws) and
multiplied up to the cells of the methods; the baselines' cells are counted as free for them.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time

import keras
import numpy as np
import pytest
from rich.console import Console
from rich.table import Table

from semisup import methods, networks
from semisup.commands.inputs.compare import load
from semisup.data.label_draw import label_draw
from semisup.methods.network_classifier import LABEL_SMOOTHING
from semisup.methods.pretrained import Pretrained
from semisup.networks import classifier_head
from semisup.runs.store import open_store
from semisup.settings import CompareSettings, FinetuneSettings
from semisup.settings.compare import COMPARED
from semisup.settings.network_classifier import HeadOptions, StepOptions

ROUNDS = 2
BUDGETS = (10, 200)
CELLS_A_METHOD = 4 * CompareSettings().draws


def timed(work, *arguments) -> float:
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


def command(*arguments):
    subprocess.run([sys.executable, "-m", "semisup", *map(str, arguments)], check=True, capture_output=True)


def finetune_process(options, labels, draw):
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    command("finetune", *flags, "--labels", labels, "--draw", draw, "--init_seed", draw, "--order_seed", draw)


def keras_cell(stage_one, dataset, options, labels, draw):
    """What a user of Keras would write for a cell."""
    rows, recipe = label_draw(dataset, labels, draw), FinetuneSettings(**options).recipe
    if recipe.method == "graph":
        fresh = Pretrained(stage_one.encoder, stage_one.decoder, dataset)
        method = methods.prepare(fresh, dataset, recipe)
        method.fit(rows, dataset.y_train[rows], draw, draw)
        method.predict(method.inputs(dataset.x_test))
        return
    head_options, training = recipe[HeadOptions], recipe[StepOptions]
    keras.utils.set_random_seed(draw)
    encoder = keras.models.clone_model(stage_one.encoder)
    if recipe.encoder != "scratch":
        encoder.set_weights(stage_one.encoder.get_weights())
    codes = networks.predict(encoder, dataset.x_train)
    widths, noise, dropout = head_options.head_widths, head_options.noise, head_options.dropout
    head = classifier_head.build(codes, widths, noise, dropout, dataset.classes)
    frozen = recipe.encoder == "frozen"
    model = head if frozen else keras.Model(encoder.input, head(encoder.output))
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=LABEL_SMOOTHING)
    model.compile(keras.optimizers.AdamW(training.learning_rate), loss, jit_compile=False)
    x, y = (codes if frozen else dataset.x_train)[rows], np.eye(dataset.classes)[dataset.y_train[rows]]
    epoch = -(-labels // training.batch_size)  # steps
    model.fit(x, y, training.batch_size, epochs=-(-training.steps // epoch), verbose=0)
    model.predict(networks.predict(encoder, dataset.x_test) if frozen else dataset.x_test, verbose=0)


@pytest.mark.benchmark
@pytest.mark.filterwarnings("ignore")
def test_compare_speed(empty):
    command("pretrain")
    whole = []
    for _ in range(ROUNDS):
        whole.append(timed(command, "compare"))
        shutil.copytree("mlruns", f"kept{len(whole)}")  # with its finished cells, which would not be trained again
        shutil.rmtree("mlruns")
        command("pretrain")
    open_store()
    given = load(CompareSettings())[""]
    stage_one, dataset = Pretrained.read(given.stage_one.run_id, given.dataset), given.dataset
    table = Table(title=f"seconds a cell, {os.cpu_count()} cores")
    for column in ("method", "finetune process", "Keras compile + fit"):
        table.add_column(column, justify="left" if column == "method" else "right")
    totals = [0.0, 0.0]
    for name, options in COMPARED.items():
        cells = [(labels, draw) for draw in range(ROUNDS) for labels in BUDGETS]
        process = [timed(finetune_process, options, *cell) for cell in cells]
        in_one = [timed(keras_cell, stage_one, dataset, options, *cell) for cell in cells]
        table.add_row(name, f"{statistics.mean(process):.1f}", f"{statistics.mean(in_one):.2f}")
        for loop, seconds in enumerate((process, in_one)):
            totals[loop] += CELLS_A_METHOD * statistics.mean(seconds)
    console = Console(width=120)
    console.print(table)
    median = statistics.median(whole)
    console.print(f"compare: {median:.0f} s ({', '.join(f'{seconds:.0f}' for seconds in whole)}) for all its cells")
    for name, total in zip(("finetune processes", "Keras compile + fit"), totals, strict=True):
        console.print(f"{name}: {total:.0f} s for the cells of the methods alone, {total / median:.1f} times as long")
