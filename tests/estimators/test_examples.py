import os
import subprocess
import sys
from pathlib import Path

import pytest

ONE_THREAD = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
ALL = "import doctest, sys; from semisup.estimators import {0}; print(*doctest.testmod({0}), file=sys.stderr)"


@pytest.mark.slow
@pytest.mark.parametrize("module", ["classifier", "transformer"])
def test_the_examples_of_the_docstrings_give_what_they_say(module):
    """In a process of its own with one thread, on whose number the last digit of a result depends."""
    root = Path(__file__).parents[2]
    environment = os.environ | ONE_THREAD | {"PYTHONPATH": str(root)}
    command = [sys.executable, "-c", ALL.format(module)]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert ended.returncode == 0, ended.stderr
    assert not ended.stdout
    failed, attempted = map(int, ended.stderr.split()[-2:])
    assert attempted
    assert not failed
