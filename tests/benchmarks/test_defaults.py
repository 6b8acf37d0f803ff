"""What the epochs and the code size that follow from the data are worth, beside 100 epochs and a code of 16.

    SUITE=FOLDER python -m pytest -m benchmark -s tests/benchmarks/test_defaults.py

FOLDER has small labelled sets below it, tables of the UCI archive and arrays, with the names of `SETS`. Both rows of a
set see the same draws of labels, which are not stratified: one label of each class, the others at random. ONLY=a,b does
these sets alone.
"""

import dataclasses
import math
import os
import time
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from rich.table import Table

from semisup import methods, networks, sources
from semisup.data import defaults
from semisup.data.dataset import UNLABELLED, Dataset
from semisup.methods.pretrained import Pretrained
from semisup.objectives import autoencoder
from semisup.settings import FinetuneSettings, PretrainSettings
from semisup.settings.sources import TableOptions
from semisup.tasks import probes

TARGET = {"target": "class"}
SETS = {  # with the options of their tables, in the order of their names; the rule was chosen on the first of each two
    "breast_w": {"target": "Class"},
    "car": TARGET,
    "cifar10_12k": None,
    "cmc": {"target": "Contraceptive_method_used"},
    "credit_g": TARGET,
    "cricket_x": None,
    "ionosphere": TARGET,
    "kr_vs_kp": TARGET,
    "mushroom": TARGET,
    "page_blocks": TARGET,
    "pendigits": TARGET,
    "segment": TARGET,
    "sick": {"target": "Class", "drop": ["TBG"]},
    "soybean": TARGET,
    "splice": {"target": "Class"},
    "vehicle": {"target": "Class"},
    "vowel": {"target": "Class"},
    "waveform5000": TARGET,
}
RULES = {"fixed": {"epochs": 100, "code_size": 16}, "rule": {}}
BUDGETS, SEEDS, DRAWS = (20, 100), 3, 2
METHODS = {"graph": FinetuneSettings(method="graph")}


def drawn(dataset: Dataset, budget: int, seed: int) -> np.ndarray:
    """(budget,) rows of `x_train`: one of each class, the others at random."""
    order = np.random.default_rng(seed).permutation(np.flatnonzero(dataset.y_train != UNLABELLED))
    first = np.unique(dataset.y_train[order], return_index=True)[1]
    return np.concatenate([order[first], np.delete(order, first)])[:budget]


def scores(dataset: Dataset, settings: PretrainSettings) -> tuple[dict[tuple[str, int], list[float]], float]:
    """Test accuracies in %, of the draws of a stage-one seed, by method and number of labels; and its seconds."""
    start = time.perf_counter()
    new = autoencoder.trained(settings, dataset.x_train)
    seconds = time.perf_counter() - start
    pretrained = Pretrained(new.encoder, new.decoder, dataset)
    codes, codes_test = pretrained.train_codes("stage_one"), networks.predict(new.encoder, dataset.x_test)
    prepared = {name: methods.prepare(pretrained, dataset, each.recipe) for name, each in METHODS.items()}
    inputs = {name: method.inputs(dataset.x_test) for name, method in prepared.items()}
    found: dict[tuple[str, int], list[float]] = {}
    for budget in BUDGETS:
        for draw in range(DRAWS * settings.init_seed, DRAWS * (settings.init_seed + 1)):
            rows = drawn(dataset, budget, draw)
            y = dataset.y_train[rows]
            hits = {"probe": probes.linear(codes[rows], y, codes_test, dataset.y_test)}
            for name, method in prepared.items():
                method.fit(rows, y, draw, draw)
                hits[name] = np.mean(method.predict(inputs[name]).argmax(axis=1) == dataset.y_test)
            for name, value in hits.items():
                found.setdefault((name, budget), []).append(100 * float(value))
    return found, seconds


def row_of(
    name: str, rule: str, dataset: Dataset, settings: PretrainSettings
) -> tuple[list[str], dict[tuple[str, int], float]]:
    """The row of a set and a rule, and its means by method and number of labels."""
    found: dict[tuple[str, int], list[float]] = {}
    seconds = []
    for seed in range(SEEDS):
        one, took = scores(dataset, dataclasses.replace(settings, init_seed=seed, order_seed=seed))
        seconds.append(took)
        for key, values in one.items():
            found.setdefault(key, []).extend(values)
    cells = [f"{np.mean(values):.1f} ± {np.std(values, ddof=1):.1f}" for values in found.values()]
    size = f"{len(dataset.x_train):,} × {math.prod(dataset.shape)}"
    numbers = [str(settings.epochs), str(settings.code_size), f"{np.median(seconds):.0f}"]
    return [name, size, rule, *numbers, *cells], {key: float(np.mean(values)) for key, values in found.items()}


@pytest.mark.benchmark
@pytest.mark.filterwarnings("ignore")
def test_defaults_that_follow_from_the_data():
    suite = Path(os.environ.get("SUITE") or pytest.skip("SUITE names no folder"))
    names = os.environ["ONLY"].split(",") if "ONLY" in os.environ else list(SETS)
    keys = [(method, budget) for budget in BUDGETS for method in ("probe", *METHODS)]
    heads = ["set", "rows × features", "", "epochs", "code", "s", *(f"{name} {budget}" for name, budget in keys)]
    table, differences = Table(*heads), []
    for name in names:
        (path,) = suite.rglob(f"{name}.*")
        dataset = sources.load(str(path), table=None if SETS[name] is None else TableOptions(**SETS[name]))
        means = {}
        for rule, options in RULES.items():
            settings = defaults.resolve(PretrainSettings(**options), len(dataset.x_train), dataset.shape)
            row, means[rule] = row_of(name, rule, dataset, settings)
            table.add_row(*row)
            print(*row, sep=" | ", flush=True)
        differences.append([means["rule"][key] - means["fixed"][key] for key in keys])
    mean, deviation = np.mean(differences, axis=0), np.std(differences, axis=0)
    cells = [f"{m:+.1f} ± {d:.1f}" for m, d in zip(mean, deviation, strict=True)]
    table.add_row("rule less fixed", "", "", "", "", "", *cells)
    Console(width=180).print(table)
