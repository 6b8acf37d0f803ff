"""Several processes at one store, and a comparison that is killed."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import write_npz
from tests.faults.conftest import command, surroundings

STAGE_ONE = ["--data", "a.npz", "--widths", "[8]", "--code_size", "3", "--epochs", "3"]
CONFIG = """\
data: a.npz
stage_one: {small: {widths: [8], code_size: 3, epochs: 3}}
methods: {graph: {method: graph}, frozen: {encoder: frozen, steps: 60}}
baselines: [svm]
budgets: [6, 12]
draws: 4
processes: 1
"""


def started(*arguments):
    return subprocess.Popen(
        command(*arguments), env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def ended(processes):
    told = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), told
    return [out for out, _ in told]


def select(query, *values):
    with closing(sqlite3.connect("mlruns/mlflow.db")) as connection:
        return connection.execute(query, values).fetchall()


@pytest.mark.slow
def test_a_store_that_four_processes_make_at_once_is_whole(empty, fault):
    make = [sys.executable, "-c", "from semisup.runs import store; store.open_store()"]
    processes = [
        subprocess.Popen(make, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    ended(processes)
    assert select("SELECT count(*) FROM experiments WHERE name = 'semisup'") == [(1,)]
    assert select("PRAGMA integrity_check") == [("ok",)]
    fault(
        "a store made by several processes at once",
        "four processes open one that is not there",
        "one store, whole; no process fails",
    )


@pytest.mark.slow
@pytest.mark.parametrize("what", ["pretrain", "compare"])
def test_two_at_once_on_a_fresh_store_both_end_well(empty, what, fault):
    write_npz(Path("a.npz"))
    Path("c.yaml").write_text(CONFIG)
    arguments = ["pretrain", *STAGE_ONE] if what == "pretrain" else ["compare", "--config", "c.yaml"]
    ended([started(*arguments) for _ in range(2)])
    found = select("SELECT status FROM runs JOIN params USING (run_uuid) WHERE key = 'stage' AND value = ?", what)
    assert found == [("FINISHED",)] * 2
    assert select("SELECT count(*) FROM runs WHERE status != 'FINISHED'") == [(0,)]
    if what == "compare":
        verdicts = [path.read_text() for path in Path("mlruns").rglob("table.csv")]
        assert len(verdicts) == 2
        assert verdicts[0] == verdicts[1]
    fault(
        f"two {what}s at once on a fresh store",
        "two processes started together",
        "both end well, with the same metrics",
    )


def finished_cells():
    with closing(sqlite3.connect("mlruns/mlflow.db")) as connection:
        return connection.execute(
            "SELECT count(*) FROM runs JOIN params USING (run_uuid) "
            "WHERE key = 'stage' AND value = 'cell' AND status = 'FINISHED'"
        ).fetchone()[0]


@pytest.mark.slow
def test_a_comparison_that_was_killed_goes_on_to_the_same_verdict(empty, fault):
    write_npz(Path("a.npz"))
    Path("c.yaml").write_text(CONFIG)
    ended([started("compare", "--config", "c.yaml")])
    (expected,) = [path.read_text() for path in Path("mlruns").rglob("verdict.json")]
    shutil.rmtree("mlruns")
    process, end = started("compare", "--config", "c.yaml"), time.monotonic() + 120
    while time.monotonic() < end:
        time.sleep(0.02)
        try:
            if finished_cells() >= 3:
                break
        except sqlite3.Error:  # no store yet
            continue
    process.send_signal(signal.SIGKILL)
    process.communicate()
    done = finished_cells()
    assert 3 <= done < 24
    ((killed, status),) = select(
        "SELECT run_uuid, status FROM runs JOIN params USING (run_uuid) WHERE key = 'stage' AND value = 'compare'"
    )
    assert status == "RUNNING"
    ended([started("compare", "--config", "c.yaml")])
    assert select(
        "SELECT run_uuid, status FROM runs JOIN params USING (run_uuid) WHERE key = 'stage' AND value = 'compare'"
    ) == [(killed, "FINISHED")]
    assert finished_cells() == 24
    (found,) = [path.read_text() for path in Path("mlruns").rglob("verdict.json")]
    assert without_times(found) == without_times(expected)
    fault(
        "a comparison killed",
        f"SIGKILL after {done} of 24 cells",
        "the same command goes on in the same run, trains the cells that are left, same verdict",
    )


def without_times(verdict):
    import json

    def clean(part):
        if isinstance(part, dict):
            return {key: clean(value) for key, value in part.items() if "second" not in key and "time" not in key}
        return [clean(each) for each in part] if isinstance(part, list) else part

    return clean(json.loads(verdict))
