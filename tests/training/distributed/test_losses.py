"""The loss of every step is that of one process with the same batches, whoever shares them."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from semisup.training import trainer
from tests.training.distributed import losses
from tests.training.distributed.processes import ONE_THREAD, ROOT, ended, started

RELATIVE = 1e-5


@pytest.fixture
def alone(monkeypatch):
    monkeypatch.setattr(trainer, "STEPS_A_CALL", 1)
    return losses.losses


def shared(output):
    return json.loads(output.splitlines()[-1])


@pytest.mark.slow
def test_two_devices_have_the_losses_of_one(alone):
    command = [sys.executable, "-m", "tests.training.distributed.losses", "2", *losses.VARIANTS]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | ONE_THREAD, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name, found in shared(done.stdout).items():
        np.testing.assert_allclose(found, alone(name), rtol=RELATIVE, err_msg=name)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [2, 3])
def test_processes_have_the_losses_of_one_with_every_objective(alone, tmp_path, workers):
    found = ended(started(workers, tmp_path, "tests.training.distributed.losses", "1"))
    assert [status for status, _, _ in found] == [0] * workers, found
    for name in losses.VARIANTS:
        expected = alone(name)
        for _, output, _ in found:
            np.testing.assert_allclose(shared(output)[name], expected, rtol=RELATIVE, err_msg=name)
