"""Functions by which a layer uses the whole batch, while it computes on one replica's share of the rows.

With one process and one device there are no shares, and the functions work on the batch as it is.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import tensorflow as tf


class Share(NamedTuple):
    """A replica's share of a batch: the rows from `start` up to, but not including, `stop`.

    A share has at least one row. If a batch has fewer rows than there are replicas, some shares consist of one row that
    belongs to another replica and does not count.

    Attributes:
        rows: number of rows of the whole batch.
        start: number of the first row of this share, counted from 0.
        stop: number of its last row, plus one.
        counted: how many of its rows count; 0 if its row belongs to another replica.
    """

    rows: tf.Tensor
    start: tf.Tensor
    stop: tf.Tensor
    counted: tf.Tensor

    @property
    def weight(self) -> tf.Tensor:
        """The fraction of the batch that is in this share, in [0, 1]. Its sum over the replicas is 1."""
        return tf.cast(self.counted, tf.float32) / tf.cast(self.rows, tf.float32)


def share(rows: tf.Tensor, first: int | tf.Tensor, last: int | tf.Tensor, replicas: int) -> Share:
    """Return the share of some consecutive replicas. The numbers of rows of any two replicas differ by at most 1.

    Args:
        rows: number of rows of the whole batch.
        first: number of the first replica.
        last: number of the last replica.
        replicas: how many replicas share the batch.
    """
    start, stop = first * rows // replicas, (last + 1) * rows // replicas
    return Share(rows, start, tf.maximum(stop, last * rows // replicas + 1), stop - start)


_current = threading.local()  # `MirroredStrategy` traces each replica in its own thread


@contextmanager
def shared(part: Share) -> Iterator[None]:
    """Declare that layers compute on this share in the block."""
    _current.share = part
    try:
        yield
    finally:
        _current.share = None


def _share() -> Share | None:
    return getattr(_current, "share", None)


def draw(sample: Callable[..., tf.Tensor], shape: tuple, **options: Any) -> tf.Tensor:
    """Draw random numbers for this share's rows: the same that one process would draw for them.

    Args:
        sample: a function such as `keras.random.normal`.
        shape: (rows of this share, ...).
        options: further arguments of `sample`.
    """
    part = _share()
    if part is None:
        return sample(shape, **options)
    return sample((part.rows, *shape[1:]), **options)[part.start : part.stop]


def mean(own: tf.Tensor) -> tf.Tensor:
    """Return the mean over the rows of the whole batch, from the mean over this share's rows.

    For losses that are a function of a mean over the batch, rather than a mean of losses of rows. Gradients flow back
    to the rows of every replica.
    """
    part = _share()
    return own if part is None else _sum(part.weight * own)


def all_rows(own: tf.Tensor) -> tf.Tensor:
    """Return the (rows, ...) values of the whole batch, from the (rows of the share, ...) values of each replica."""
    part = _share()
    if part is None:
        return own
    after = part.rows - part.start - part.counted
    padding = [[part.start, after], *[[0, 0]] * (len(own.shape) - 1)]
    return _sum(tf.pad(own[: part.counted], padding))


def _sum(value: tf.Tensor) -> tf.Tensor:
    """Return the sum over the replicas. Its gradient is the sum of the replicas' gradients."""
    return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, value)
