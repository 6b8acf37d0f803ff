"""Stage one on data one, two and four times as large as the memory that it is allowed.

    python -m pytest -m benchmark -s tests/benchmarks/test_larger_than_memory.py

Each size is pretrained on in a process of its own. When everything is imported and compiled (by a run on little data),
its data segment is limited (RLIMIT_DATA: all anonymous memory) to what it has by then and ALLOWED more. Then a sampler
notes the largest resident anonymous memory while `pretrain` goes through checks, hold-out, digest, training, evaluation
beside PCA and logging. File pages that the kernel caches are not the process's. The same data in memory is to fail
under the same limit, or the limit would show nothing; without a limit it is timed beside the file.
"""

import json
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from rich.table import Table

from semisup.sources import npy

ALLOWED = 128  # MiB
TIMES = (1, 2, 4)
FEATURES = 784
TEST_ROWS = 2_000  # the test set is kept in memory, whatever the size of the rest
MIB = 2**20
GROWTH = 0.05  # MiB that may be taken more for each that the data is larger: row numbers and labels are in memory


def write_folder(path: Path, mib: int) -> None:
    """Inputs without labels, and a test set."""
    rng, rows = np.random.default_rng(0), mib * MIB // FEATURES
    path.mkdir()
    with npy.appending(path / "x.npy", (FEATURES,)) as append:
        for start in range(0, rows, 10_000):
            append(some_bytes(rng, min(10_000, rows - start)))
    np.save(path / "x_test.npy", some_bytes(rng, TEST_ROWS))
    np.save(path / "y_test.npy", np.zeros(TEST_ROWS, np.int64))


def some_bytes(rng: np.random.Generator, rows: int) -> np.ndarray:
    return np.frombuffer(rng.bytes(rows * FEATURES), np.uint8).reshape(rows, FEATURES)


def status(name: str) -> float:
    """MiB of a line of /proc/self/status."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


def child(folder: Path, data: str, allowed: int) -> None:
    """Pretrain on a source and print what it took; `allowed` of 0 is no limit."""
    os.chdir(folder)
    from semisup.system import tensorflow_import

    tensorflow_import.import_tensorflow()
    from semisup.commands.pretrain import pretrain
    from semisup.settings import PretrainSettings

    def run(data: str) -> dict[str, float]:
        return pretrain(PretrainSettings(data=data, widths=[64], epochs=1, batch_size=512)).metrics

    run("little")
    start, peak, done = status("RssAnon"), [0.0], threading.Event()

    def sample() -> None:
        while not done.wait(0.02):
            peak[0] = max(peak[0], status("RssAnon"))

    if allowed:
        most = int((status("VmData") + allowed) * MIB)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    sampler = threading.Thread(target=sample)
    sampler.start()
    began = time.perf_counter()
    try:
        figures = run(data)
    finally:
        done.set()
        sampler.join()
    seconds = time.perf_counter() - began
    speed = figures["samples_per_second"]
    print(json.dumps({"mib": peak[0] - start, "seconds": seconds, "speed": speed, "test_mse": figures["test_mse"]}))


def measured(folder: Path, data: str, allowed: int = ALLOWED) -> dict[str, float] | None:
    """What the child found; None if it ran out of memory."""
    command = [sys.executable, "-m", "tests.benchmarks.test_larger_than_memory", str(folder), data, str(allowed)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    if ended.returncode == 0:
        return json.loads(ended.stdout.splitlines()[-1])
    out_of_memory = ("MemoryError", "bad_alloc", "ResourceExhausted", "Cannot allocate", "Unable to allocate")
    assert any(sign in ended.stderr for sign in out_of_memory) or ended.returncode < 0, ended.stderr
    return None


@pytest.mark.benchmark
def test_anonymous_memory_stays_flat(tmp_path):
    write_folder(tmp_path / "little", 2)
    table = Table("data", "allowed, MiB", "largest, MiB", "seconds in all", "rows/s of training")
    found = {}
    for times in TIMES:
        write_folder(tmp_path / str(times), times * ALLOWED)
        found[times] = measured(tmp_path, str(times))
        row = found[times] or dict.fromkeys(("mib", "seconds", "speed"), float("nan"))
        name = f"{times * ALLOWED} MiB of bytes, mapped"
        table.add_row(name, str(ALLOWED), *(f"{row[key]:,.0f}" for key in ("mib", "seconds", "speed")))
    arrays = {key: np.load(tmp_path / "1" / f"{key}.npy") for key in ("x", "x_test", "y_test")}
    np.savez(tmp_path / "1.npz", y=np.full(len(arrays["x"]), -1), **arrays)
    del arrays
    limited, free = (measured(tmp_path, "1.npz", allowed) for allowed in (ALLOWED, 0))
    name = f"{ALLOWED} MiB of bytes, in memory"
    table.add_row(name, str(ALLOWED), "out of memory" if limited is None else f"{limited['mib']:,.0f}", "", "")
    table.add_row(name, "all", *(f"{free[key]:,.0f}" for key in ("mib", "seconds", "speed")))
    Console(width=110).print(table)
    assert limited is None
    assert all(found.values())
    assert found[4]["mib"] - found[1]["mib"] < GROWTH * 3 * ALLOWED
    assert found[1]["test_mse"] == free["test_mse"]


if __name__ == "__main__":
    child(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
