"""Options of stage one that follow from the data where the user sets none.

The rule, and what it was measured by, are in the README of `semisup/objectives`.
"""

import dataclasses
import math

from semisup.settings import PretrainSettings

EPOCHS = 100
FEWEST_STEPS, MOST_STEPS = 500, 2300  # of gradient steps, with more or fewer epochs
FEWEST_EPOCHS = 10  # however many rows there are
LARGEST_CODE = 16


def resolve(settings: PretrainSettings, rows: int, shape: tuple[int, ...]) -> PretrainSettings:
    """Return the settings with a number of epochs and a code size. The user's own values stay as they are.

    Args:
        settings: options of pretrain.
        rows: number of training inputs.
        shape: shape of one input.
    """
    epochs = settings.epochs or default_epochs(rows, settings.batch_size)
    code_size = settings.code_size or default_code_size(math.prod(shape))
    return dataclasses.replace(settings, epochs=epochs, code_size=code_size)


def default_epochs(rows: int, batch_size: int) -> int:
    """Return 100, or as many epochs as bring the gradient steps between 500 and 2,300, but not below 10."""
    batches = -(-rows // batch_size)
    least, most = -(-FEWEST_STEPS // batches), max(FEWEST_EPOCHS, round(MOST_STEPS / batches))
    return min(max(EPOCHS, least), most)


def default_code_size(features: int) -> int:
    """Return one less than the number of features, from 1 to 16."""
    return min(max(features - 1, 1), LARGEST_CODE)


def sentence(settings: PretrainSettings, resolved: PretrainSettings, rows: int, shape: tuple[int, ...]) -> str:
    """Say which values `resolve` has chosen, with the arguments and the result of it; "" if it has chosen none."""
    batches = -(-rows // settings.batch_size)
    parts = []
    if settings.code_size is None:
        parts.append(f"a code of {resolved.code_size}, by the number of features ({math.prod(shape):,})")
    if settings.epochs is None:
        parts.append(f"{resolved.epochs} epochs of {batches:,} batches, by the number of rows ({rows:,})")
    return "; ".join(parts)
