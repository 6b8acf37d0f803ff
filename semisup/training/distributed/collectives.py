"""Exchange small data between the processes of a cluster, besides gradients.

This is rare, and uses the all-reduce of the strategy.
"""

import functools
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from semisup.training.distributed import devices


def several_processes() -> bool:
    """Return whether this process has joined a cluster."""
    return devices.cluster() is not None


def gathered(text: str) -> list[str]:
    """Return the texts of all processes, in the order of the workers. Each process calls this with its own text."""
    cluster = devices.cluster()
    own = np.frombuffer(text.encode(), np.uint8).astype(np.int32)
    sizes = np.zeros(len(cluster.workers), np.int32)
    sizes[cluster.index] = len(own)
    sizes = _summed(sizes)
    longest = max(1, *sizes)  # at least 1: TensorFlow crashes on an empty array
    table = np.zeros((len(sizes), longest), np.int32)
    table[cluster.index, : len(own)] = own
    return [bytes(row[:size].astype(np.uint8)).decode() for row, size in zip(_summed(table), sizes, strict=True)]


def from_chief(arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the chief's arrays, bit for bit.

    Args:
        arrays: of the chief, the arrays to send; of any other process, arrays of the same shapes and dtypes.
    """
    own = b"".join(array.tobytes() for array in arrays)
    words = np.frombuffer(own + bytes(-len(own) % 4), np.int32)
    received = _summed(words if devices.cluster().is_chief else np.zeros_like(words)).tobytes()
    copies, start = [], 0
    for array in arrays:
        copies.append(np.frombuffer(received, array.dtype, array.size, start).reshape(array.shape))
        start += array.nbytes
    return copies


def _summed(own: np.ndarray) -> np.ndarray:
    """Return the sum of the int32 arrays of all processes."""
    return _sum(devices.strategy())(tf.constant(own)).numpy()


@functools.cache  # the function is traced once for each shape; there are few shapes
def _sum(strategy: tf.distribute.Strategy) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return a compiled function that adds up a tensor over the processes."""
    here = devices.here(strategy)

    def add(value: tf.Tensor) -> tf.Tensor:
        replica = tf.distribute.get_replica_context()
        once = tf.cast(replica.replica_id_in_sync_group % here == 0, value.dtype)  # only the process's first replica
        return replica.all_reduce(tf.distribute.ReduceOp.SUM, value * once)

    return tf.function(lambda value: strategy.experimental_local_results(strategy.run(add, args=(value,)))[0])
