import os
import signal
import threading
import time

import pytest
from mlflow import MlflowClient

from semisup import sources
from semisup.comparison import workers
from semisup.comparison.cells import Source, of_grid
from semisup.settings import CompareSettings

METHODS = {"graph": {"method": "graph"}, "labels": {"method": "graph", "spreading": "label_spreading"}}


def grid(run_id="0", draws=3, digest=""):
    settings = CompareSettings(methods=METHODS, baselines=["svm"], draws=draws)
    sources = {"": Source(run_id, None, None, digest)}
    return of_grid(sources, settings.recipes, settings.baselines, settings.seeds, [6, 12], settings.draws)


def digest_of(result):
    return MlflowClient().get_run(result.run_id).data.params["dataset_digest"]


def test_a_process_stays_with_a_method_and_then_begins_one_that_nobody_has():
    queue = workers._Queue(grid())
    first, second = queue.next(None), queue.next(None)
    assert (first.name, second.name) == ("graph", "labels")
    assert queue.next(first).name == "graph"
    for _ in range(4):
        last = queue.next(first)
    assert last.name == "graph"
    assert queue.next(last).name == "svm"
    assert len(queue) == 3 * 6 - 8


def test_who_has_nothing_left_helps_where_most_is_left():
    queue = workers._Queue(grid())
    for name in ("graph", "labels", "svm"):
        assert queue.next(None).name == name
    helped = []
    while len(queue):
        helped.append(queue.next(None).name)
    assert [helped.count(name) for name in ("graph", "labels", "svm")] == [5, 5, 5]
    assert helped[:3] != ["graph"] * 3


def test_no_process_is_started_for_a_few_cells():
    assert workers.pay_off(1) == 1
    assert workers.pay_off(7) == 1
    assert workers.pay_off(1000) == (os.cpu_count() or 1)


def test_a_process_scores_cells_as_this_one_does(in_trained):
    parameters = MlflowClient().get_run(in_trained.run_id).data.params
    source, dataset = Source(in_trained.run_id, None, None, digest_of(in_trained)), sources.load(parameters["data"])
    cells = [cell for cell in grid(in_trained.run_id, 2, digest_of(in_trained)) if cell.name != "labels"]
    alone, found = dict(workers.here(cells, {source: dataset})), dict(workers.in_processes(cells[::-1], 1))
    assert len(found) == len(cells) == 2 * 2 * 2
    for scores in (*alone.values(), *found.values()):
        del scores["train_seconds"]
    assert found == alone


@pytest.mark.slow
def test_a_process_that_is_killed_costs_its_cell_and_no_other(in_trained, monkeypatch):
    started = []
    begin = workers.Worker.start

    def start(self, cell):
        begin(self, cell)
        if not started:
            started.append(cell)
            threading.Timer(0.5, lambda: os.kill(self.process.pid, signal.SIGKILL)).start()

    monkeypatch.setattr(workers.Worker, "start", start)
    cells = grid(in_trained.run_id, digest=digest_of(in_trained))
    found = dict(workers.in_processes(cells, 1))
    assert set(found) == set(cells)
    lost = [cell for cell, scores in found.items() if isinstance(scores, str)]
    assert lost == started
    assert "ended with status -9" in found[lost[0]]


@pytest.mark.slow
def test_processes_end_when_nobody_listens_any_more(in_trained):
    results = workers.in_processes(grid(in_trained.run_id, digest=digest_of(in_trained)), 1)
    processes = []
    begin = workers.Worker.__init__

    def init(self):
        begin(self)
        processes.append(self.process)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers.Worker, "__init__", init)
        next(results)
        results.close()
    time.sleep(0.1)
    assert processes
    assert all(process.poll() is not None for process in processes)
