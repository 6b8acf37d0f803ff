import numpy as np
import pytest
import tensorflow as tf

from semisup.training.distributed import global_batch


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 64, 65])
@pytest.mark.parametrize("replicas", [1, 2, 3, 8])
def test_every_row_counts_in_one_share_and_every_share_has_a_row(rows, replicas):
    shares = [global_batch.share(tf.constant(rows), number, number, replicas) for number in range(replicas)]
    counted = [row for part in shares for row in range(int(part.start), int(part.start) + int(part.counted))]
    assert counted == list(range(rows))
    assert all(0 <= part.start < part.stop <= rows for part in shares)
    assert np.ptp([int(part.counted) for part in shares]) <= 1
    assert sum(float(part.weight) for part in shares) == pytest.approx(1)


@pytest.mark.parametrize("rows", [1, 5, 9])
def test_the_rows_of_a_process_hold_those_of_its_replicas(rows):
    for first in (0, 2, 4):
        process = global_batch.share(tf.constant(rows), first, first + 1, 6)
        for number in (first, first + 1):
            replica = global_batch.share(tf.constant(rows), number, number, 6)
            assert process.start <= replica.start < replica.stop <= process.stop


def test_shares_put_together_are_what_one_process_draws():
    def draw(shape, seed):
        return tf.random.stateless_normal(shape, seed)

    whole = global_batch.draw(draw, (7, 3), seed=(1, 2))
    parts = []
    for number in range(2):
        own = global_batch.share(tf.constant(7), number, number, 2)
        with global_batch.shared(own):
            parts.append(global_batch.draw(draw, (own.stop - own.start, 3), seed=(1, 2)))
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_alone_a_share_is_the_whole():
    x = tf.constant([[1.0], [2.0]])
    assert global_batch.mean(x) is x
    assert global_batch.all_rows(x) is x
