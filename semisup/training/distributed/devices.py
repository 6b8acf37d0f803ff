"""Who shares the batches of this process: the workers of its cluster, or its GPUs, or nobody."""

import functools
import os
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

import tensorflow as tf

from semisup.system import progress
from semisup.training.distributed.cluster import Cluster, meet

ASK_SECONDS = 0.2

T = TypeVar("T")

_cluster: Cluster | None = None
_strategy: tf.distribute.Strategy | None = None


def join(cluster: Cluster) -> None:
    """Wait for the other workers of a cluster. No operation of TensorFlow may come before.

    Raises:
        PeerError: not all have come.
    """
    global _cluster, _strategy
    _cluster = cluster
    ring = tf.distribute.experimental.CommunicationOptions(
        implementation=tf.distribute.experimental.CommunicationImplementation.RING
    )
    options = {"communication_options": ring} if not tf.config.list_physical_devices("GPU") else {}
    progress.console.print(f"worker {cluster.index} of {len(cluster.workers)} waits for the others", highlight=False)
    meet(cluster)
    _strategy = interruptible(lambda: tf.distribute.MultiWorkerMirroredStrategy(**options))


def cluster() -> Cluster | None:
    """The one that this process has joined."""
    return _cluster


def local() -> list[str]:
    """The devices of this process that share a batch where no cluster does: its GPUs."""
    return [device.name for device in tf.config.list_logical_devices("GPU")]


def strategy() -> tf.distribute.Strategy | None:
    """The one that trainings run under; None where nothing is shared."""
    if _strategy is not None:
        return _strategy
    devices = local()
    return _mirrored(tuple(devices)) if len(devices) > 1 else None


@functools.cache  # a second one would number its collective operations as the first one did
def _mirrored(devices: tuple[str, ...]) -> tf.distribute.Strategy:
    return tf.distribute.MirroredStrategy(devices)


def scope(strategy: tf.distribute.Strategy | None) -> AbstractContextManager:
    return nullcontext() if strategy is None else strategy.scope()


def here(strategy: tf.distribute.Strategy) -> int:
    """How many of those that share a batch are devices of this process."""
    return len(strategy.extended.worker_devices)


def workers(strategy: tf.distribute.Strategy | None) -> int:
    """How many share each batch."""
    return 1 if strategy is None else strategy.num_replicas_in_sync


def interruptible(work: Callable[[], T]) -> T:
    """Do what can block in TensorFlow, where Ctrl-C is not heard, in a thread."""
    outcome: list[T | BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:
            outcome.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(ASK_SECONDS)
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


def end_if_joined(status: int) -> None:
    """End a process of a cluster that has failed at once, so that the others hear of it: at an orderly end TensorFlow
    would wait for them."""
    if _cluster is not None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
