"""Peak memory of predict does not depend on how many inputs there are; 400 MB of them. Anonymous memory is counted:
pages of a mapped file are the kernel's to take back."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from semisup.commands.finetune import finetune
from semisup.settings import FinetuneSettings
from tests.conftest import blobs

pytestmark = pytest.mark.benchmark

PEAK = """
import sys, threading
from pathlib import Path
from semisup.cli.run import main
peak, done = [0], threading.Event()

def sample():
    while not done.wait(0.02):
        said = Path("/proc/self/status").read_text().split()
        peak[0] = max(peak[0], int(said[said.index("RssAnon:") + 1]) // 1024)

sampler = threading.Thread(target=sample)
sampler.start()
status = main(sys.argv[1:])
done.set()
sampler.join()
print("peak", peak[0])
sys.exit(status)
"""


@pytest.mark.parametrize("suffix", ["npy", "npz"])
def test_the_peak_is_flat(in_trained, tmp_path, suffix):
    run = finetune(FinetuneSettings(labels=60, steps=60, calibrate=0.5)).run_id
    peaks = []
    for rows in (1_000, 8_700_000):
        path = tmp_path / f"q.{suffix}"
        write(path, rows)
        output = tmp_path / "p.parquet"
        start = time.perf_counter()
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            PEAK,
            "predict",
            str(path),
            "--run",
            run,
            "--output",
            str(output),
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        peaks.append(int(done.stdout.split()[-1]))
        print(
            f"\n{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB: {time.perf_counter() - start:.0f} s, {peaks[-1]} MB"
        )
    assert peaks[1] < peaks[0] + 150


def write(path: Path, rows: int) -> None:
    x = np.tile(blobs(1000)[0].astype("float64"), (rows // 1000, 1))
    np.save(path, x) if path.suffix == ".npy" else np.savez_compressed(path, x=x)
