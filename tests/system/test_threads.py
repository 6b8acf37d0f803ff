import json
import os
import subprocess
import sys

import pytest

from semisup.errors import InputError
from semisup.settings import PretrainSettings
from semisup.system import threads

PINNED = """
import json, sys
from semisup.system import threads
threads.pin(1)
import numpy, faiss, sklearn.cluster
from threadpoolctl import threadpool_info
print(json.dumps([pool["num_threads"] for pool in threadpool_info()]))
"""


def test_every_library_that_is_loaded_later_is_pinned():
    environment = {key: value for key, value in os.environ.items() if key not in threads.VARIABLES}
    done = subprocess.run([sys.executable, "-c", PINNED], capture_output=True, text=True, env=environment, check=True)
    assert set(json.loads(done.stdout)) == {1}


def test_the_number_in_force_goes_into_the_record(monkeypatch):
    monkeypatch.setenv(threads.TENSORFLOW, "5")
    assert threads.settle(None) == 5
    monkeypatch.delenv(threads.TENSORFLOW)
    assert threads.settle(None) == threads.cores()


def test_another_number_is_refused_when_tensorflow_is_at_work(monkeypatch):
    import tensorflow  # noqa: F401

    monkeypatch.setenv(threads.TENSORFLOW, "1")
    with pytest.raises(InputError, match="threads: expected 1, which TensorFlow computes in .*, found 2"):
        threads.settle(2)
    with pytest.raises(InputError, match="threads: expected a whole number of at least 1, found 0"):
        PretrainSettings(threads=0)
