"""The error of a training whose loss or weights are no longer numbers: which batch did it, and what is kept."""

from collections.abc import Sequence
from typing import Self

import numpy as np

from semisup.data.memory_mapped import Inputs

NAMED = 5  # rows in the sentence; all of them are in `rows`


class BrokenTrainingError(FloatingPointError):
    """Its message is one sentence. The trainer's model holds finite weights when it is raised.

    Attributes:
        step: the first step that went wrong, counted from 1 in its call.
        finite: whether the inputs and targets of its batch are finite.
        kept: the step whose weights the model holds; 0 where they are those before the call, or earlier ones.
        rows: (batch,) rows of `x_train` in the batch; None where they are not known.
    """

    def __init__(self, what: str, step: int, steps: int, finite: bool, kept: int, batch: str = "") -> None:
        self.what, self.step, self.steps, self.finite, self.kept = what, step, steps, finite, kept
        self.rows: np.ndarray | None = None
        batch = batch or f"on a batch {'of finite inputs' if finite else 'with NaN or infinite values'}"
        cure = "; a lower learning_rate may help" if finite else ""
        weights = "before it" if kept == step - 1 else f"of step {kept}" if kept else "of an earlier step"
        super().__init__(f"{what} at step {step} of {steps}, {batch}; the weights {weights} are kept{cure}")

    def in_rows(self, rows: np.ndarray, x: Inputs, numbers: np.ndarray | None = None, where: str = "") -> Self:
        """The same error, naming the rows of its batch.

        Args:
            rows: (batch,) rows of `x` that were in it.
            x: (n, ...) inputs; only these rows are read.
            numbers: (n,) what `x_train` counts the rows of `x` as; None if it is `x` itself.
            where: in front of the sentence.
        """
        values = np.asarray(x[rows], np.float32).reshape(len(rows), -1)
        known = rows if numbers is None else np.asarray(numbers)[rows]
        bad = known[~np.isfinite(values).all(axis=1)]
        if len(bad):
            batch = f"on a batch with NaN or infinite values in {_listed(bad)} of x_train"
        else:
            batch = f"on the batch of {_listed(known)} of x_train, whose inputs are finite"
        finite = self.finite and not len(bad)
        named = type(self)(where + self.what, self.step, self.steps, finite, self.kept, batch)
        named.rows = known
        return named


def _listed(rows: Sequence[int]) -> str:
    """Some row numbers in words."""
    first = ", ".join(str(row) for row in rows[:NAMED])
    more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    return f"row{'s' if len(rows) > 1 else ''} {first}{more}"
