"""Check that new inputs match the inputs that a network was trained on."""

from typing import TYPE_CHECKING

import numpy as np

from semisup.data.dataset import checked_inputs
from semisup.data.scaling import Scaling
from semisup.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from semisup.data.columns import Columns

UNNAMED = "column"  # followed by its number: what a column of a file is called that has no name
BYTES = "x / 255"  # `Scaling.rule` for unsigned bytes


def scaled(
    raw: "np.ndarray | pd.DataFrame", shape: tuple[int, ...], scaling: "Scaling | Columns", name: str, first: int = 0
) -> np.ndarray:
    """Check raw inputs and scale them as the training inputs of a network.

    Args:
        raw: (n, ...) numbers, or rows of a table.
        shape: shape of one input of the network.
        scaling: scaling of its training inputs.
        name: what an error calls the inputs.
        first: row number of the first of them, for errors.

    Returns:
        (n, *shape) float32 in [0, 1].

    Raises:
        InputError: the inputs have another shape, or NaN or infinite values, or only one of new inputs and training
            inputs are bytes; or a column of a table is missing, unknown or of another kind.
    """
    if not isinstance(scaling, Scaling):
        x = scaling(_cleaned(raw, scaling), name)
        known = [column.name for column in scaling.columns]
        for column in raw:
            is_empty = str(column).startswith(UNNAMED) and raw[column].isna().all()
            if column not in (*known, *scaling.left_out, scaling.table.target) and not is_empty:
                raise InputError(
                    f"{name}: unknown column {column!r}, expected those of the training rows: {', '.join(known)}"
                )
        return x
    x = checked_inputs(name, "x", raw, first)
    if x.shape[1:] != shape:
        raise InputError(f"{name}: expected inputs of shape {shape} as in training, found {x.shape[1:]}")
    if scaling.rule == BYTES and x.dtype != np.uint8:
        raise InputError(f"{name}: expected bytes (uint8) as in training, found {x.dtype}")
    if scaling.rule != BYTES and x.dtype == np.uint8:
        raise InputError(
            f"{name}: expected numbers on the scale of the training inputs, which were no bytes, found uint8"
        )
    return scaling(x)


def _cleaned(raw: "pd.DataFrame", scaling: "Columns") -> "pd.DataFrame":
    """Clean rows that may not come from a file, as a file is cleaned. A word that is a known category stays."""
    from semisup.data import cleaning  # imports pandas

    table, rows = scaling.table, raw.copy(deep=False)
    for column in scaling.columns:
        if column.name in rows:
            words = {*table.missing, *cleaning.UNKNOWN} - set(column.values if column.kind == "category" else ())
            rows[column.name], _ = cleaning.cleaned(rows[column.name], table.strip, words)
    return rows
