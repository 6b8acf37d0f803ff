"""Metrics on their way to a tracking server: a thread beside the training sends them, so that a server that goes away
and comes back neither stops the training nor costs a point.

Each point keeps its step and its time. Those not sent yet are in a file beside the checkpoints too, for a run that is
gone on with. A point that is sent twice, because the answer to the first time was lost, is one point to MLflow's
database.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Metric

from semisup.errors import InputError
from semisup.runs import store
from semisup.system import interrupts, progress

PATIENCE = 300  # seconds that the end of a training waits for the server
AT_FAILURE = 5  # and that of one that failed
PAUSE = 1.0  # seconds between two attempts
AT_ONCE = 1000  # points in a request: MLflow's limit
FILE = "outbox.jsonl"

_current: "MetricQueue | None" = None


@contextmanager
def sending(run_id: str, folder: Path) -> Iterator[None]:
    """In the block `post` leaves the metrics of a run on a server to a thread; at its end all of them are there.

    Args:
        run_id: of the run.
        folder: for the file; it exists.

    Raises:
        InputError: the server did not come back in `PATIENCE` seconds.
    """
    global _current
    if not store.is_server():
        yield
        return
    with store.briefly():
        _current = outbox = MetricQueue(run_id, folder / FILE)
        try:
            yield
            _wait(outbox.is_empty, f"--resume {run_id}")
            wait_for_server(run_id, f"--resume {run_id}")
        finally:
            _current = None
            outbox.close()


def post(metrics: dict[str, float], step: int) -> bool:
    """Leave metrics as of now to the enclosing `sending` block; False if there is none."""
    if _current is None:
        return False
    now = int(time.time() * 1000)
    _current.add([Metric(key, value, now, step) for key, value in metrics.items()])
    return True


def deliver(run_id: str, folder: Path) -> None:
    """Send what an earlier process could not. A torn last line, of a process that was killed, is left out."""
    points = []
    with suppress(OSError, ValueError, TypeError):
        for line in (folder / FILE).read_text().splitlines():
            points.append(Metric(*json.loads(line)))
    for start in range(0, len(points), AT_ONCE):
        MlflowClient().log_batch(run_id, metrics=points[start : start + AT_ONCE])
    (folder / FILE).unlink(missing_ok=True)


def wait_for_server(run_id: str, go_on: str) -> None:
    """Wait until the store of a run answers, if it is a server. `go_on` says how, if it does not.

    Raises:
        InputError: it did not in `PATIENCE` seconds.
    """

    def answers() -> bool:
        with suppress(Exception), store.briefly():
            MlflowClient().get_run(run_id)
            return True
        return False

    if store.is_server():
        _wait(answers, go_on)


def _wait(done: Callable[[], bool], go_on: str) -> None:
    """Wait until `done`, and say on the terminal for what."""
    if done():
        return
    end = time.monotonic() + PATIENCE
    title = f"waiting for the tracking server, at most {PATIENCE} s"
    for _ in progress.steps(title, range(round(PATIENCE / PAUSE))):
        time.sleep(PAUSE)
        interrupts.raise_if_asked()
        if done():
            return
        if time.monotonic() > end:  # an attempt can take longer than a pause
            break
    raise InputError(
        f"{store.name()}: expected a tracking server that answers, found none for {PATIENCE} s; all is kept here, go "
        f"on with {go_on} when it is back"
    )


class MetricQueue:
    """Points that are not sent yet, and the thread that sends them."""

    def __init__(self, run_id: str, file: Path) -> None:
        self._run_id, self._file = run_id, file
        self._points: list[Metric] = []
        self._changed, self._closed = threading.Condition(), False
        self._thread = threading.Thread(target=self._send_all, daemon=True)
        self._thread.start()

    def is_empty(self) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not self._points, timeout=PAUSE)

    def add(self, points: list[Metric]) -> None:
        with self._changed:
            self._points += points
            with suppress(OSError), self._file.open("a") as file:  # a disk that is full is no reason to stop
                file.writelines(json.dumps([p.key, p.value, p.timestamp, p.step]) + "\n" for p in points)
            self._changed.notify_all()

    def close(self) -> None:
        """Send what is left, if that takes one attempt and not long."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(AT_FAILURE)

    def _send_all(self) -> None:
        client, failing = MlflowClient(), False
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._points or self._closed)
                points = self._points[:AT_ONCE]
            if not points:
                return
            try:
                client.log_batch(self._run_id, metrics=points)
            except Exception:  # whatever a client raises; the points stay here
                if not failing:
                    progress.warn("the tracking server does not answer: metrics are kept and sent when it does")
                failing = True
                if self._closed:
                    return
                time.sleep(PAUSE)
                continue
            if failing:
                progress.warn("the tracking server answers again")
            failing = False
            with self._changed:
                del self._points[: len(points)]
                if not self._points:
                    self._file.unlink(missing_ok=True)
                self._changed.notify_all()
