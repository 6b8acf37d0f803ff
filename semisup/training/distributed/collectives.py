"""What processes tell each other, beyond gradients: small and seldom, by the strategy's own all-reduce."""

import functools
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from semisup.training.distributed import devices


def several_processes() -> bool:
    return devices.cluster() is not None


def gathered(text: str) -> list[str]:
    """What each process says, in the order of the workers."""
    cluster = devices.cluster()
    own = np.frombuffer(text.encode(), np.uint8).astype(np.int32)
    sizes = np.zeros(len(cluster.workers), np.int32)
    sizes[cluster.index] = len(own)
    sizes = _summed(sizes)
    table = np.zeros((len(sizes), max(1, *sizes)), np.int32)  # TensorFlow crashes on an empty one
    table[cluster.index, : len(own)] = own
    return [bytes(row[:size].astype(np.uint8)).decode() for row, size in zip(_summed(table), sizes, strict=True)]


def from_chief(arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The chief's arrays to the bit, to every process, which gives arrays of the same shapes and dtypes."""
    own = b"".join(array.tobytes() for array in arrays)
    words = np.frombuffer(own + bytes(-len(own) % 4), np.int32)
    told = _summed(words if devices.cluster().is_chief else np.zeros_like(words)).tobytes()
    found, start = [], 0
    for array in arrays:
        found.append(np.frombuffer(told, array.dtype, array.size, start).reshape(array.shape))
        start += array.nbytes
    return found


def _summed(own: np.ndarray) -> np.ndarray:
    """The sum of the int32 arrays of all processes."""
    return _sum(devices.strategy())(tf.constant(own)).numpy()


@functools.cache  # traced once for each shape, of which there are few
def _sum(strategy: tf.distribute.Strategy) -> Callable[[tf.Tensor], tf.Tensor]:
    here = devices.here(strategy)

    def add(value: tf.Tensor) -> tf.Tensor:
        replica = tf.distribute.get_replica_context()
        once = tf.cast(replica.replica_id_in_sync_group % here == 0, value.dtype)  # each process has one voice
        return replica.all_reduce(tf.distribute.ReduceOp.SUM, value * once)

    return tf.function(lambda value: strategy.experimental_local_results(strategy.run(add, args=(value,)))[0])
