import gc
import weakref

import keras
import numpy as np
import pytest

from semisup.data.batches import batches
from semisup.training.trainer import Trainer


def trainer(seed=0):
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((3,))
    model = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Dropout(0.1)(inputs)))
    return Trainer(model, keras.losses.MeanSquaredError(), keras.optimizers.Adam(0.05))


def stream(x=None, epochs=10):
    x = np.random.default_rng(0).normal(size=(64, 3)).astype("f4") if x is None else x
    return iter(batches(x, x.sum(axis=1, keepdims=True), 8, epochs, 0)[0])


def test_it_minimises_the_loss_and_reports_every_step_once():
    reported = []
    subject = trainer()
    first = subject.run(stream(), 2)
    last = subject.run(stream(), 75, lambda count, loss: reported.append((count, loss)))
    assert last < first / 2
    assert sum(count for count, _ in reported) == 75
    assert np.isclose(sum(count * loss for count, loss in reported) / 75, last)


def test_starting_over_repeats_the_first_run_exactly():
    subject = trainer()
    subject.run(stream(), 40)
    expected = subject.model.get_weights()
    subject.start_over(trainer().model)
    subject.run(stream(), 40)
    for found, weight in zip(subject.model.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(found, weight)


def test_a_loss_that_is_no_number_stops_the_training():
    x = np.full((64, 3), 1e30, "f4")
    with pytest.raises(FloatingPointError, match="the training loss became (inf|nan) at step 1 of 20"):
        trainer().run(stream(x), 20)


def test_penalties_that_layers_add_are_part_of_the_loss():
    inputs = keras.Input((3,))
    outputs = keras.layers.Dense(1, kernel_regularizer=keras.regularizers.L2(0.1), kernel_initializer="ones")(inputs)
    model = keras.Model(inputs, outputs)
    x = np.random.default_rng(0).normal(size=(8, 3)).astype("f4")
    subject = Trainer(model, keras.losses.MeanSquaredError(), keras.optimizers.SGD(0.0))
    assert subject.run(stream(x), 1) == pytest.approx(0.1 * 3, abs=1e-5)


def test_a_trainer_that_is_done_with_goes_away():
    subject = trainer()
    subject.run(stream(), 2)
    known = weakref.ref(subject)
    del subject
    gc.collect()
    assert known() is None
