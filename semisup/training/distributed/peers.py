"""Report a process of the cluster that has ended.

TensorFlow's coordination service misses its heartbeats, and aborts operations that wait for it.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import tensorflow as tf

from semisup.errors import PeerError
from semisup.training.distributed.cluster import Cluster

ABORTED = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.InternalError,
)
ENDING_SECONDS = 10.0  # how long a process that ends may still accept connections
PAUSE = 0.5  # seconds between two attempts to reach the others


@contextmanager
def watched(cluster: Cluster) -> Iterator[None]:
    """Raise PeerError instead of TensorFlow's error if another process of the cluster ends during the block."""
    try:
        yield
    except ABORTED as error:
        lost = _lost(cluster, str(error))
        if not lost:
            raise
        raise PeerError(f"{', '.join(lost)} has ended or cannot be reached") from None


def _lost(cluster: Cluster, message: str) -> list[str]:
    """Return the names of the workers that a message of TensorFlow calls lost, or else of those that do not answer."""
    _, _, unhealthy = message.partition("unhealthy")
    numbers = re.findall(r"/job:worker/replica:\d+/task:(\d+)", unhealthy)
    lost = sorted({int(number) for number in numbers} - {cluster.index})
    if not lost and "RPC to coordination service" in message:  # the service runs in the chief
        lost = [0]
    if lost:
        return [cluster.name(index) for index in lost]
    end = time.monotonic() + ENDING_SECONDS
    while not (silent := cluster.silent()) and time.monotonic() < end:
        time.sleep(PAUSE)
    return silent
