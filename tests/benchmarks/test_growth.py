"""How time and memory grow: stage one with rows, features and width, the neighbour graph with rows, a comparison with
cells, the store with runs.

    python -m pytest -m benchmark -s tests/benchmarks/test_growth.py

Each size is measured in a process of its own after a little of the same work, so that imports and the first compilation
do not count. Memory is the largest resident memory beyond what the process had by then. The exponent is the slope
of the logarithms by least squares; fixed costs, which weigh in small sizes, make it less.
"""

import ctypes
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from rich.table import Table

pytestmark = pytest.mark.benchmark
MIB = 2**20
QUERIES, NEIGHBOURS = 1000, 10  # for recall
LOGGED = 100  # runs that are timed when the store has so many


def synthetic(rows: int, features: int) -> np.ndarray:
    """(rows, features) float32 in clusters of fifty."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(max(rows // 50, 1), features)).astype(np.float32)
    x = centres[np.arange(rows) % len(centres)]
    for start in range(0, rows, 10_000):
        x[start : start + 10_000] += 0.3 * rng.normal(size=x[start : start + 10_000].shape)
    return x


def stage_one(rows: int, features: int, width: int) -> Callable[[], dict]:
    """All that `pretrain` does on data that is in memory, for one epoch."""
    from semisup.commands.inputs.pretrain import PretrainInputs
    from semisup.commands.pretrain import pretrain
    from semisup.data.dataset import Arrays, build
    from semisup.settings import PretrainSettings

    def of(rows: int) -> Callable[[], dict]:
        test = synthetic(1000, features)
        arrays = Arrays(synthetic(rows, features), np.full(rows, -1), test, np.zeros(1000, int))
        dataset = build(f"synthetic {rows}", arrays)
        settings = PretrainSettings(data="digits", widths=[width], code_size=16, epochs=1, batch_size=256)
        return lambda: {"training_s": pretrain(settings, PretrainInputs(settings, dataset)).metrics["train_seconds"]}

    of(2000)()
    return of(rows)


def graph(rows: int, exact: bool) -> Callable[[], dict]:
    """Neighbours of codes and the matrix of the graph."""
    from semisup.graphs import neighbours

    codes = synthetic(rows, 16)
    neighbours.EXACT_ROWS = rows if exact else 0

    def work() -> dict:
        found = neighbours.self_search(codes, NEIGHBOURS)
        neighbours.adjacency(found)
        some = np.random.default_rng(1).choice(rows, QUERIES, replace=False)
        wanted = neighbours.search(codes[some], codes, NEIGHBOURS + 1).rows  # itself among them
        hits = [len(np.intersect1d(*pair)) for pair in zip(found.rows[some], wanted, strict=True)]
        return {"recall": np.mean(hits) / NEIGHBOURS}

    return work


def comparison(cells: int) -> Callable[[], dict]:
    """A grid of frozen encoders with short training; in this process, so that its memory is what is measured."""
    from semisup.commands.compare import compare
    from semisup.commands.pretrain import pretrain
    from semisup.settings import CompareSettings, PretrainSettings

    pretrain(PretrainSettings(epochs=1))
    methods = {"frozen": {"encoder": "frozen", "steps": 32}}

    def of(draws: int) -> Callable[[], dict]:
        settings = CompareSettings(budgets=[100], draws=draws, methods=methods, baselines=["svm"], processes=1)
        return lambda: {"cells": len(compare(settings).cells)}

    of(2)()
    return of(cells // 2)


def store(runs: int) -> Callable[[], dict]:
    """A store that has so many runs is given more, and asked for those that have finished."""
    from semisup import sources
    from semisup.runs import log, read
    from semisup.runs import store as stores

    dataset = sources.load("digits")
    stores.open_store()
    metrics = {f"test_{i}": float(i) for i in range(6)}

    def more(count: int) -> None:
        with log.run("parent", {"stage": "compare"}, dataset):
            for i in range(count):
                log.log_cell(f"cell {i}", {"stage": "cell", "draw": i}, dataset, metrics, f"{time.time_ns()}")

    more(runs)

    def work() -> dict:
        start = time.perf_counter()
        more(LOGGED)
        logged = time.perf_counter()
        read.finished("cell", dataset)
        found = time.perf_counter()
        size = Path("mlruns/mlflow.db").stat().st_size / MIB
        return {"a_run_s": (logged - start) / LOGGED, "find_all_s": found - logged, "file_mib": size}

    return work


WORKS = {work.__name__: work for work in (stage_one, graph, comparison, store)}


def resident() -> float:
    """MiB."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def child(name: str, arguments: list) -> None:
    """Measure and print what it took."""
    from semisup.system import tensorflow_import

    tensorflow_import.import_tensorflow()
    work = WORKS[name](*arguments)
    ctypes.CDLL(None).malloc_trim(0)  # what is free is given back, or it would be taken again uncounted
    start, peak, done = resident(), [0.0], threading.Event()

    def sample() -> None:
        while not done.wait(0.02):
            peak[0] = max(peak[0], resident())

    sampler = threading.Thread(target=sample)
    sampler.start()
    began = time.perf_counter()
    try:
        found = work()
        seconds = time.perf_counter() - began
    finally:
        done.set()
        sampler.join()
    print(json.dumps({"seconds": seconds, "mib": max(peak[0] - start, 0.0)} | found))


def measured(folder: Path, name: str, *arguments: object) -> dict[str, float]:
    folder.mkdir(parents=True)
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.test_growth", str(folder), name]
    root = Path(__file__).parents[2]
    ended = subprocess.run([*command, json.dumps(arguments)], capture_output=True, text=True, cwd=root)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def exponent(sizes: list[int], values: list[float]) -> float:
    return float(np.polyfit(np.log(sizes), np.log(np.maximum(values, 1e-9)), 1)[0])


def grown(folder: Path, title: str, sizes: list[int], name: str, arguments: Callable[[int], list]) -> dict[str, float]:
    """Measure all sizes, print the table, and return the exponent of each metric."""
    found = [measured(folder / f"{name}-{size}", name, *arguments(size)) for size in sizes]
    table = Table(title, *found[0])
    for size, row in zip(sizes, found, strict=True):
        table.add_row(f"{size:,}", *(f"{value:,.3g}" if value < 1000 else f"{value:,.0f}" for value in row.values()))
    exponents = {key: exponent(sizes, [row[key] for row in found]) for key in found[0]}
    table.add_row("exponent", *(f"{value:.2f}" for value in exponents.values()))
    Console(width=110).print(table)
    return exponents


LINEAR = 1.1  # exponents of n and of n log n, over these sizes, with the spread of a measurement


def test_stage_one_with_rows(tmp_path):
    found = grown(
        tmp_path, "rows (64 features, width 128)", [10_000, 100_000, 1_000_000], "stage_one", lambda n: [n, 64, 128]
    )
    assert max(found["seconds"], found["training_s"], found["mib"]) < LINEAR


def test_stage_one_with_features(tmp_path):
    found = grown(
        tmp_path, "features (50,000 rows, width 128)", [64, 256, 1024, 4096], "stage_one", lambda n: [50_000, n, 128]
    )
    assert max(found["seconds"], found["training_s"], found["mib"]) < LINEAR


def test_stage_one_with_width(tmp_path):
    found = grown(
        tmp_path, "width (50,000 rows, 64 features)", [64, 256, 1024, 4096], "stage_one", lambda n: [50_000, 64, n]
    )
    assert max(found["seconds"], found["training_s"], found["mib"]) < LINEAR


def test_an_exact_graph_with_rows(tmp_path):
    found = grown(tmp_path, "rows, exact graph", [10_000, 30_000, 100_000], "graph", lambda n: [n, True])
    assert found["mib"] < LINEAR


def test_an_approximate_graph_with_rows(tmp_path):
    found = grown(tmp_path, "rows, approximate graph", [10_000, 100_000, 1_000_000], "graph", lambda n: [n, False])
    assert found["mib"] < LINEAR
    assert found["seconds"] < LINEAR + 0.2  # n log n, and codes that no longer fit into the processor's cache


def test_compare_with_cells(tmp_path):
    found = grown(tmp_path, "cells", [10, 100, 1000], "comparison", lambda n: [n])
    assert max(found["seconds"], found["mib"]) < LINEAR


def test_the_store_with_runs(tmp_path):
    found = grown(tmp_path, "runs in the store", [100, 500, 1000, 5000], "store", lambda n: [n])
    assert found["a_run_s"] < 0.2  # the time of one more run hardly grows
    assert max(found["find_all_s"], found["file_mib"]) < LINEAR


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    sys.path.insert(0, str(Path(__file__).parents[2]))
    child(sys.argv[2], json.loads(sys.argv[3]))
