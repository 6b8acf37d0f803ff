"""scikit-learn's random states and the seeds of the two stages."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state

from semisup.errors import InputError
from semisup.settings.checks import LARGEST_SEED


def seed_of(random_state: int | np.random.RandomState | None) -> int:
    """A whole number is the seed itself; else one is drawn from the state (None: NumPy's global one).

    Raises:
        InputError: the number is no seed.
        ValueError: it is neither a number nor a state.
    """
    if not isinstance(random_state, Integral):
        return int(check_random_state(random_state).randint(LARGEST_SEED))
    if not 0 <= random_state <= LARGEST_SEED:
        raise InputError(f"random_state: expected a seed in 0..{LARGEST_SEED}, found {random_state}")
    return int(random_state)


@contextmanager
def global_states_kept() -> Iterator[None]:
    """Put the global random states of Python and NumPy back at the end: Keras' layers take their seeds from them, so
    that whoever builds a network seeds them."""
    numpy = check_random_state(None)  # the global one
    before = random.getstate(), numpy.get_state()
    try:
        yield
    finally:
        random.setstate(before[0])
        numpy.set_state(before[1])
