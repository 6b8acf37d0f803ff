"""The error of a training whose loss or weights became NaN or infinite. It names the batch and the weights kept."""

from collections.abc import Sequence
from typing import Self

import numpy as np

from semisup.data.memory_mapped import Inputs

NAMED = 5  # most rows that the message names; all of them are in `rows`


class BrokenTrainingError(FloatingPointError):
    """The loss or a weight became NaN or infinite. The message is one sentence.

    When it is raised, the model has been given finite weights of an earlier step.

    Attributes:
        what: what happened, the beginning of the message.
        step: the first step that went wrong, counted from 1 in its call of `Trainer.run`.
        steps: steps of the whole call.
        finite: whether the inputs and targets of the step's batch are finite.
        kept: the step after which the model had its present weights; 0 if they are from before the call.
        rows: (batch,) row numbers in `x_train` of the batch; None if they are not known.
    """

    def __init__(self, what: str, step: int, steps: int, finite: bool, kept: int, batch: str = "") -> None:
        self.what, self.step, self.steps, self.finite, self.kept = what, step, steps, finite, kept
        self.rows: np.ndarray | None = None
        batch = batch or f"on a batch {'of finite inputs' if finite else 'with NaN or infinite values'}"
        cure = "; a lower learning_rate may help" if finite else ""
        weights = "before it" if kept == step - 1 else f"of step {kept}" if kept else "of an earlier step"
        super().__init__(f"{what} at step {step} of {steps}, {batch}; the weights {weights} are kept{cure}")

    def in_rows(self, rows: np.ndarray, x: Inputs, numbers: np.ndarray | None = None, where: str = "") -> Self:
        """Return the same error with a message that names the rows of the batch.

        Args:
            rows: (batch,) row numbers in `x` of the batch.
            x: (n, ...) inputs; only these rows are read.
            numbers: (n,) row numbers in `x_train` of the rows of `x`; None if `x` is `x_train`.
            where: text to put before the message.
        """
        values = np.asarray(x[rows], np.float32).reshape(len(rows), -1)
        train_rows = rows if numbers is None else np.asarray(numbers)[rows]
        bad = train_rows[~np.isfinite(values).all(axis=1)]
        if len(bad):
            batch = f"on a batch with NaN or infinite values in {_listed(bad)} of x_train"
        else:
            batch = f"on the batch of {_listed(train_rows)} of x_train, whose inputs are finite"
        finite = self.finite and not len(bad)
        named = type(self)(where + self.what, self.step, self.steps, finite, self.kept, batch)
        named.rows = train_rows
        return named


def _listed(rows: Sequence[int]) -> str:
    """Return row numbers as text, such as "rows 1, 2 and 3 more"."""
    first = ", ".join(str(row) for row in rows[:NAMED])
    more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    return f"row{'s' if len(rows) > 1 else ''} {first}{more}"
