"""Stage one by one process and by two on loopback, with the same global batch, and what that says of more machines.

    python -m pytest -m benchmark -s tests/benchmarks/test_many_machines.py

The contestants are processes that wait for their turn: in every round each trains for some steps, one contestant
after the other, so that drifts of the machine meet all; the figures are medians over the rounds. A process has one
thread but where "2 threads" is said. What takes the rest of a shared step's time, beside what one process takes for its
half of the batch, is measured on its own as well: an all-reduce of an array as large as the gradient.

The estimate for N machines with one such core each is arithmetic: what the rows of one machine take here, plus a ring
all-reduce of 2 (N - 1) / N times the gradient's bytes over the bandwidth (Patarasuk and Yuan 2009) in 2 (N - 1)
messages of LATENCY each. It leaves out stragglers and the time that a machine's own network stack takes.
"""

import json
import os
import statistics
import subprocess
import sys
import time

import pytest
from rich.console import Console
from rich.table import Table

from tests.training.distributed.processes import ONE_THREAD, ROOT, configurations

ROUNDS = 5
STEPS = 20
BATCH = 128
LATENCY = 1e-4  # seconds a message between two machines of one room
NETWORKS = {
    "dense 784-500-500-1000-10": {"network": "dense", "widths": [500, 500, 1000], "code_size": 10},
    "convolutional 32-64, code 32": {"network": "convolutional", "widths": [32, 64], "code_size": 32},
}


def wait_for_turns(options: dict, batch_size: int) -> None:
    """Of a contestant: train some steps for each line of standard input, and print the milliseconds of a step and of an
    all-reduce."""
    import numpy as np
    import tensorflow as tf

    from semisup.objectives import autoencoder
    from semisup.settings import PretrainSettings
    from semisup.training.distributed import cluster, devices

    if cluster.here() is not None:
        devices.join(cluster.here())
    strategy = devices.strategy()
    rows = STEPS * batch_size
    x = np.random.default_rng(0).uniform(size=(rows, 28, 28, 1)).astype("f4")
    settings = PretrainSettings(batch_size=batch_size, epochs=ROUNDS + 1, **options)
    new = autoencoder.build(settings, x.shape[1:])
    numbers = sum(int(np.prod(variable.shape)) for variable in new.model.trainable_variables)

    @tf.function
    def reduce_often() -> tf.Tensor:
        def reduce(value: tf.Tensor) -> tf.Tensor:
            return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, value / 2)

        value = tf.ones(numbers)
        for _ in tf.range(STEPS):
            value = strategy.run(reduce, args=(value,))
        return value[0]

    def turn(epoch: int, loss: float) -> None:
        step = (time.perf_counter() - turn.start) / STEPS
        reduction = 0.0
        if strategy is not None:
            float(reduce_often())  # traced by now
            start = time.perf_counter()
            float(reduce_often())
            reduction = (time.perf_counter() - start) / STEPS
        print(json.dumps({"step": step, "reduction": reduction, "bytes": 4 * numbers}), flush=True)
        sys.stdin.readline()
        turn.start = time.perf_counter()

    turn.start = time.perf_counter()
    autoencoder.train(new, settings, x, after_epoch=turn)


class Contestant:
    """Processes that train when it is their turn."""

    def __init__(self, network: str, batch_size: int, processes: int = 1, threads: int = 1) -> None:
        surroundings = os.environ | {key: str(threads) for key in ONE_THREAD}
        told = configurations(processes) if processes > 1 else [""]
        command = [sys.executable, "-m", "tests.benchmarks.test_many_machines", network, str(batch_size)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        self.processes = [
            subprocess.Popen(command, cwd=ROOT, env=surroundings | {"TF_CONFIG": each}, **pipes) for each in told
        ]
        self.turns = []

    def read(self) -> dict:
        told = [json.loads(process.stdout.readline()) for process in self.processes]
        return told[0]

    def turn(self) -> None:
        for process in self.processes:
            process.stdin.write("\n")
            process.stdin.flush()
        self.turns.append(self.read())

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.communicate()

    def median(self, name: str = "step") -> float:
        """Seconds."""
        return statistics.median(turn[name] for turn in self.turns)

    def spread(self, name: str = "step") -> str:
        values = [1e3 * turn[name] for turn in self.turns]
        return f"{statistics.median(values):.1f} ({min(values):.1f}-{max(values):.1f})"


def compared(network: str) -> dict[str, Contestant]:
    contestants = {
        "one": Contestant(network, BATCH),
        "one, 2 threads": Contestant(network, BATCH, threads=2),
        "two": Contestant(network, BATCH, processes=2),
        "half": Contestant(network, BATCH // 2),
        "eighth": Contestant(network, BATCH // 8),
    }
    try:
        for contestant in contestants.values():
            contestant.read()  # the first epoch, in which all is traced
        for _ in range(ROUNDS):
            for contestant in contestants.values():
                contestant.turn()
    finally:
        for contestant in contestants.values():
            contestant.end()
    return contestants


def communication(size: int, machines: int, bits_a_second: float) -> float:
    """Seconds of a ring all-reduce of so many bytes."""
    return 2 * (machines - 1) * (size / machines * 8 / bits_a_second + LATENCY)


@pytest.mark.benchmark
def test_many_machines():
    measured = Table(title=f"ms a step of {BATCH} rows: median of {ROUNDS} interleaved rounds of {STEPS} steps (range)")
    titles = ("1 process", "1 process, 2 threads", "2 processes", "1 process, half the rows", "all-reduce alone")
    for column in ("network", "gradient, MB", *titles):
        measured.add_column(column, justify="left" if column == "network" else "right")
    estimate = Table(title="estimate: how many times as fast as one machine (share of the step that is all-reduce)")
    for column in ("network", "rows", "machines", "1 Gbit/s", "10 Gbit/s", "25 Gbit/s"):
        estimate.add_column(column, justify="left" if column in ("network", "rows") else "right")
    for network in NETWORKS:
        found = compared(network)
        print(network, {name: each.turns for name, each in found.items()})
        size = found["two"].turns[0]["bytes"]
        steps = [found[name].spread() for name in ("one", "one, 2 threads", "two", "half")]
        measured.add_row(network, f"{size / 1e6:.1f}", *steps, found["two"].spread("reduction"))
        whole, eighth = found["one"].median(), found["eighth"].median()
        for machines in (2, 8, 64):
            slope = (whole - eighth) / (BATCH - BATCH // 8)  # seconds a row
            share = eighth + slope * (BATCH / machines - BATCH // 8)
            for rows, compute, gain in (
                (f"{BATCH} in all", max(share, eighth / 2), 1),
                (f"{BATCH} each", whole, machines),
            ):
                cells = []
                for speed in (1e9, 1e10, 2.5e10):
                    waiting = communication(size, machines, speed)
                    cells.append(f"{gain * whole / (compute + waiting):.1f} ({waiting / (compute + waiting):.0%})")
                estimate.add_row(network, rows, str(machines), *cells)
    for table in (measured, estimate):
        Console(width=170).print(table)


if __name__ == "__main__":
    wait_for_turns(NETWORKS[sys.argv[1]], int(sys.argv[2]))
