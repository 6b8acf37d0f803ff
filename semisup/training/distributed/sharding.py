"""Batches of which each process reads only its own rows."""

from collections.abc import Callable

import tensorflow as tf

from semisup.training.distributed import devices, global_batch


def own_rows(strategy: tf.distribute.Strategy) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return a function from the row numbers of a batch to those that the replicas of this process compute on."""
    here, cluster = devices.here(strategy), devices.cluster()
    first = 0 if cluster is None else cluster.index * here

    def own_part(index: tf.Tensor) -> tf.Tensor:
        rows = tf.shape(index)[0]
        own = global_batch.share(rows, first, first + here - 1, strategy.num_replicas_in_sync)
        return index[own.start : own.stop]

    return own_part


def with_counts(stream: tf.data.Dataset, rows: int, batch_size: int) -> tf.data.Dataset:
    """Return batches of ((inputs, number of rows of the whole batch), targets).

    Args:
        stream: batches of (inputs, targets), which are the rows of this process.
        rows: rows in an epoch.
        batch_size: rows in a whole batch; the last batch of an epoch may be smaller.
    """
    starts = tf.data.Dataset.range(0, rows, batch_size).repeat()
    counts = starts.map(lambda start: tf.cast(tf.minimum(start + batch_size, rows) - start, tf.int32))
    return tf.data.Dataset.zip(stream, counts).map(lambda batch, count: ((batch[0], count), batch[1])).prefetch(4)
