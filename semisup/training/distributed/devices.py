"""The devices that share each batch: those of all workers of the cluster, or the GPUs of this process, or only one."""

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

ASK_SECONDS = 0.2  # how often a waiting main thread checks for Ctrl-C

T = TypeVar("T")

_cluster: Cluster | None = None
_strategy: tf.distribute.Strategy | None = None


def join(cluster: Cluster) -> None:
    """Join a cluster: wait for the other workers and create the strategy.

    No operation of TensorFlow may be run before this.

    Raises:
        PeerError: not all workers have come.
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
    """Return the cluster that this process has joined, or None."""
    return _cluster


def local() -> list[str]:
    """Return the names of the GPUs of this process, which share each batch where there is no cluster."""
    return [device.name for device in tf.config.list_logical_devices("GPU")]


def strategy() -> tf.distribute.Strategy | None:
    """Return the strategy that trainings run under; None if one device takes whole batches."""
    if _strategy is not None:
        return _strategy
    devices = local()
    return _mirrored(tuple(devices)) if len(devices) > 1 else None


@functools.cache  # a second strategy would use the same numbers for its collective operations as the first
def _mirrored(devices: tuple[str, ...]) -> tf.distribute.Strategy:
    return tf.distribute.MirroredStrategy(devices)


def scope(strategy: tf.distribute.Strategy | None) -> AbstractContextManager:
    """Return the scope of a strategy; without a strategy, a context that does nothing."""
    return nullcontext() if strategy is None else strategy.scope()


def here(strategy: tf.distribute.Strategy) -> int:
    """Return how many of the devices that share a batch belong to this process."""
    return len(strategy.extended.worker_devices)


def workers(strategy: tf.distribute.Strategy | None) -> int:
    """Return how many devices share each batch."""
    return 1 if strategy is None else strategy.num_replicas_in_sync


def interruptible(work: Callable[[], T]) -> T:
    """Run `work` in a thread and return its result, so that Ctrl-C is handled meanwhile.

    For work that can block in TensorFlow, which ignores Ctrl-C.
    """
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
    """End this process at once with a status, if it has joined a cluster.

    For a process that has failed. At an orderly exit TensorFlow would wait for the other processes. After this one they
    notice that it has ended.
    """
    if _cluster is not None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
