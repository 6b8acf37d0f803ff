"""Send metrics to a tracking server from a thread beside the training.

A server that is away for a while neither stops the training nor loses a point. Each point keeps its step and its time.
Points that are not sent yet are also kept in a file beside the checkpoints, for a run that is resumed later. If the
answer of the server is lost, a point is sent twice; MLflow's database keeps it once.
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

PATIENCE = 300  # seconds that a training waits for the server at its end
AT_FAILURE = 5  # seconds that a failed training waits
PAUSE = 1.0  # seconds between two attempts
AT_ONCE = 1000  # points in a request: MLflow's limit
FILE = "outbox.jsonl"

_current: "MetricQueue | None" = None


@contextmanager
def sending(run_id: str, folder: Path) -> Iterator[None]:
    """Let `post` hand the metrics of a run to a thread in this block. At its end the server has all of them.

    The block does nothing if the store is no server.

    Args:
        run_id: id of the run.
        folder: folder for the file of unsent points; it exists.

    Raises:
        InputError: the server did not answer for `PATIENCE` seconds.
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
    """Hand metrics, with the current time, to the enclosing `sending` block. Return False if there is no such block."""
    if _current is None:
        return False
    now = int(time.time() * 1000)
    _current.add([Metric(key, value, now, step) for key, value in metrics.items()])
    return True


def deliver(run_id: str, folder: Path) -> None:
    """Send the points that an earlier process did not send. A torn last line, left by a killed process, is skipped."""
    points = []
    with suppress(OSError, ValueError, TypeError):
        for line in (folder / FILE).read_text().splitlines():
            points.append(Metric(*json.loads(line)))
    for start in range(0, len(points), AT_ONCE):
        MlflowClient().log_batch(run_id, metrics=points[start : start + AT_ONCE])
    (folder / FILE).unlink(missing_ok=True)


def wait_for_server(run_id: str, go_on: str) -> None:
    """Wait until the store of a run answers, if it is a server.

    Args:
        run_id: id of the run.
        go_on: how the user can resume the command, for the error message.

    Raises:
        InputError: the server did not answer for `PATIENCE` seconds.
    """

    def answers() -> bool:
        with suppress(Exception), store.briefly():
            MlflowClient().get_run(run_id)
            return True
        return False

    if store.is_server():
        _wait(answers, go_on)


def _wait(done: Callable[[], bool], go_on: str) -> None:
    """Wait until `done` returns True. A progress bar shows that this waits for the server."""
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
    """The points that are not sent yet, and the thread that sends them."""

    def __init__(self, run_id: str, file: Path) -> None:
        self._run_id, self._file = run_id, file
        self._points: list[Metric] = []
        self._changed, self._closed = threading.Condition(), False
        self._thread = threading.Thread(target=self._send_all, daemon=True)
        self._thread.start()

    def is_empty(self) -> bool:
        """Return whether all points are sent, after waiting for at most `PAUSE` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._points, timeout=PAUSE)

    def add(self, points: list[Metric]) -> None:
        """Queue points, and append them to the file as JSON lines [key, value, timestamp, step]."""
        with self._changed:
            self._points += points
            with suppress(OSError), self._file.open("a") as file:  # a full disk is no reason to stop
                file.writelines(json.dumps([p.key, p.value, p.timestamp, p.step]) + "\n" for p in points)
            self._changed.notify_all()

    def close(self) -> None:
        """Send what is left. Give up at the first failed request, or after `AT_FAILURE` seconds."""
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
            except Exception:  # any error of the client; the points stay queued
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
