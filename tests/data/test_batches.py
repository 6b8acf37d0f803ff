import numpy as np

from semisup.data.batches import batches
from semisup.sources import npy


def epochs_of(seed, rows=10, batch_size=4, epochs=3):
    x = np.arange(rows, dtype="f4")[:, None]
    stream, steps = batches(x, np.arange(rows), batch_size, epochs, seed)
    found = [(inputs.numpy().ravel(), targets.numpy()) for inputs, targets in stream]
    assert steps == 3
    assert len(found) == steps * epochs
    return [found[i : i + steps] for i in range(0, len(found), steps)]


def test_every_row_is_seen_once_an_epoch_with_its_target():
    for epoch in epochs_of(seed=0):
        inputs, targets = (np.concatenate(part) for part in zip(*epoch, strict=True))
        assert sorted(inputs) == list(range(10))
        assert (inputs == targets).all()


def test_the_order_differs_between_epochs_and_between_seeds_but_not_between_calls():
    def order(seed, epoch):
        return np.concatenate([targets for _, targets in epochs_of(seed)[epoch]]).tolist()

    assert order(0, 0) != order(0, 1)
    assert order(0, 0) != order(1, 0)
    assert order(0, 2) == order(0, 2)


def test_without_targets_the_input_is_its_own():
    stream, _ = batches(np.random.default_rng(0).uniform(size=(8, 3)).astype("f4"), None, 4, 1, 0)
    for inputs, targets in stream:
        np.testing.assert_array_equal(inputs, targets)


def test_a_mapped_file_gives_the_same_batches_as_memory(tmp_path):
    x = np.random.default_rng(0).uniform(size=(10, 3)).astype("f4")
    np.save(tmp_path / "x.npy", x)
    for targets in (None, np.arange(10)):
        memory, mapped = (batches(of, targets, 4, 2, 5)[0] for of in (x, npy.opened(tmp_path / "x.npy").x))
        for one, other in zip(memory, mapped, strict=True):
            np.testing.assert_array_equal(one[0], other[0])
            np.testing.assert_array_equal(one[1], other[1])
