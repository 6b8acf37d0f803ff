"""What a layer has to know of the whole batch while it computes on a replica's share of its rows.

Without shares (one process, one device) each function is what it stands for.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import tensorflow as tf


class Share(NamedTuple):
    """Consecutive rows of a batch. A replica beyond the last row of a small batch has one that does not count.

    Attributes:
        rows: of the whole batch.
        start: the first one of this share, counted from 0.
        stop: the one behind its last; at least one more.
        counted: how many of them count; 0 if it is another replica's row.
    """

    rows: tf.Tensor
    start: tf.Tensor
    stop: tf.Tensor
    counted: tf.Tensor

    @property
    def weight(self) -> tf.Tensor:
        """The share of the batch, in [0, 1]; 1 in sum over the replicas."""
        return tf.cast(self.counted, tf.float32) / tf.cast(self.rows, tf.float32)


def share(rows: tf.Tensor, first: int | tf.Tensor, last: int | tf.Tensor, replicas: int) -> Share:
    """Of so many rows the share of the replicas from `first` to `last`; every replica has as many as another, or one
    fewer."""
    start, stop = first * rows // replicas, (last + 1) * rows // replicas
    return Share(rows, start, tf.maximum(stop, last * rows // replicas + 1), stop - start)


_current = threading.local()  # each replica of `MirroredStrategy` is traced in a thread of its own


@contextmanager
def shared(part: Share) -> Iterator[None]:
    """In the block layers compute on that share."""
    _current.share = part
    try:
        yield
    finally:
        _current.share = None


def _share() -> Share | None:
    return getattr(_current, "share", None)


def draw(sample: Callable[..., tf.Tensor], shape: tuple, **options: Any) -> tf.Tensor:
    """Random numbers of a (rows, ...) shape as one process draws them for the whole batch, of this share's rows.

    Args:
        sample: such as `keras.random.normal`.
        shape: of what is wanted.
        options: further ones of `sample`.
    """
    part = _share()
    if part is None:
        return sample(shape, **options)
    return sample((part.rows, *shape[1:]), **options)[part.start : part.stop]


def mean(own: tf.Tensor) -> tf.Tensor:
    """The mean over the rows of the batch, from the mean over this share's rows: for what is not a mean of the losses
    of rows, but a function of such a mean. Gradients flow back to the rows of every replica."""
    part = _share()
    return own if part is None else _sum(part.weight * own)


def all_rows(own: tf.Tensor) -> tf.Tensor:
    """(rows, ...) inputs of the whole batch from the (share, ...) ones of each replica."""
    part = _share()
    if part is None:
        return own
    behind = part.rows - part.start - part.counted
    padding = [[part.start, behind], *[[0, 0]] * (len(own.shape) - 1)]
    return _sum(tf.pad(own[: part.counted], padding))


def _sum(value: tf.Tensor) -> tf.Tensor:
    """Over the replicas; its gradient is the sum of their gradients."""
    return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, value)
