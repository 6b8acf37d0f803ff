"""Peers that end: TensorFlow's coordination service hears their heartbeats and aborts what waits for them."""

import re
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


@contextmanager
def watched(cluster: Cluster) -> Iterator[None]:
    """Raise PeerError in place of what TensorFlow says of a peer that has ended during the block."""
    try:
        yield
    except ABORTED as error:
        lost = _lost(cluster, str(error))
        if not lost:
            raise
        raise PeerError(f"{', '.join(lost)} has ended or cannot be reached") from None


def _lost(cluster: Cluster, message: str) -> list[str]:
    """The names of those that the message says are gone, else of those that do not answer."""
    _, _, told = message.partition("unhealthy")
    named = sorted(
        {int(number) for number in re.findall(r"/job:worker/replica:\d+/task:(\d+)", told)} - {cluster.index}
    )
    if not named and "RPC to coordination service" in message:
        named = [0]
    return [cluster.name(index) for index in named] or cluster.silent()
