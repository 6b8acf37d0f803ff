"""Turn scikit-learn's random states into the seeds of the two stages."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state

from semisup.errors import InputError
from semisup.settings.checks import LARGEST_SEED


def seed_of(random_state: int | np.random.RandomState | None) -> int:
    """Return the seed for a random state. A whole number is the seed itself.

    Otherwise a seed is drawn from the RandomState. None stands for NumPy's global one.

    Raises:
        InputError: the number is not a valid seed.
        ValueError: the argument is neither a number nor a random state.
    """
    if not isinstance(random_state, Integral):
        return int(check_random_state(random_state).randint(LARGEST_SEED))
    if not 0 <= random_state <= LARGEST_SEED:
        raise InputError(f"random_state: expected a seed in 0..{LARGEST_SEED}, found {random_state}")
    return int(random_state)


@contextmanager
def global_states_kept() -> Iterator[None]:
    """Restore the global random states of Python and NumPy at the end of the block.

    Keras' layers take their seeds from these states, so code that builds a network sets them.
    """
    numpy = check_random_state(None)  # the global one
    before = random.getstate(), numpy.get_state()
    try:
        yield
    finally:
        random.setstate(before[0])
        numpy.set_state(before[1])
