import signal

import pytest

from semisup.system import interrupts
from semisup.system.interrupts import INTERRUPTS, raise_if_asked, uninterrupted


@pytest.fixture
def listening():
    with interrupts.listening():
        yield


@pytest.mark.parametrize("number", INTERRUPTS)
def test_an_interrupt_that_was_swallowed_is_still_asked_for(listening, number):
    raise_if_asked()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    with pytest.raises(KeyboardInterrupt):
        raise_if_asked()


def test_an_interrupt_waits_for_the_end_of_what_must_be_whole(listening):
    done = []

    def write():
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            done.append("whole")

    with pytest.raises(KeyboardInterrupt):
        write()
    assert done == ["whole"]


def test_a_training_whose_interrupt_was_swallowed_ends_at_the_next_call(listening):
    import keras
    import numpy as np

    from semisup.data.batches import batches
    from semisup.training.trainer import STEPS_A_CALL, Trainer

    x = np.ones((8, 2), np.float32)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    calls = []

    def swallow(count, loss):
        calls.append(count)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    stream, _ = batches(x, None, 8, 1000, 0)
    trainer = Trainer(model, keras.losses.MeanSquaredError(), keras.optimizers.Adam())
    with pytest.raises(KeyboardInterrupt):
        trainer.run(iter(stream), 1000, swallow)
    assert calls == [STEPS_A_CALL]


def test_afterwards_signals_are_whose_they_were():
    before = [signal.getsignal(number) for number in INTERRUPTS]
    with pytest.raises(KeyboardInterrupt), interrupts.listening():
        signal.raise_signal(signal.SIGTERM)
    assert [signal.getsignal(number) for number in INTERRUPTS] == before
    raise_if_asked()
