"""Scaling of the inputs to [0, 1], by a rule that depends on the training inputs alone."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from semisup.data.memory_mapped import Inputs, chunks

if TYPE_CHECKING:
    from semisup.data.columns import Columns


class Scaling(NamedTuple):
    """x -> (x - low) / (high - low), clipped to [0, 1]; `rule` says in words where low and high come from."""

    rule: str
    low: np.ndarray  # () for images, (features,) for vectors; float64
    high: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Scale raw inputs of any real dtype to float32 in [0, 1]. A constant column becomes 0."""
        precision = np.float32 if x.dtype.itemsize <= 2 or x.dtype == np.float32 else np.float64
        width = np.where(self.high > self.low, self.high - self.low, 1).astype(precision)
        scaled = (x.astype(precision) - self.low.astype(precision)) / width
        return np.clip(scaled, 0, 1).astype(np.float32)

    def back(self, x: np.ndarray) -> np.ndarray:
        """The raw inputs, float64, that scaled ones stand for."""
        return self.low + x * (self.high - self.low)

    def to_json(self) -> dict[str, Any]:
        return {"rule": self.rule, "low": self.low.tolist(), "high": self.high.tolist()}

    @staticmethod
    def from_json(content: dict[str, Any]) -> "Scaling":
        scaling = Scaling(str(content["rule"]), np.float64(content["low"]), np.float64(content["high"]))
        if np.shape(scaling.low) != np.shape(scaling.high) or np.ndim(scaling.low) > 1:
            raise ValueError("low and high are not two numbers, or two for each feature")
        if not (np.isfinite(scaling.low) & np.isfinite(scaling.high)).all():
            raise ValueError("low and high are not finite")
        return scaling


def from_json(content: dict[str, Any]) -> "Scaling | Columns":
    """What `to_json` of a scaling, or of the columns of a table, has written.

    Raises:
        KeyError, TypeError, ValueError: it is something else.
    """
    if "columns" in content:
        from semisup.data.columns import Columns  # pandas and scikit-learn

        return Columns.from_json(content)
    return Scaling.from_json(content)


def fit_scaling(x: Inputs) -> Scaling:
    """Choose the scaling from the training inputs.

    - unsigned bytes: divided by 255;
    - numbers that lie in [0, 1] already: left as they are;
    - other images: the least and the greatest value of all pixels become 0 and 1;
    - other vectors: the least and the greatest value of each column become 0 and 1.

    Values outside this range in the test inputs are clipped.
    """
    if x.dtype == np.uint8:
        return Scaling("x / 255", np.float64(0), np.float64(255))
    ranges = [(part.min(axis=0), part.max(axis=0)) for part in chunks(x)]
    lows, highs = (np.stack(parts) for parts in zip(*ranges, strict=True))  # (chunks, ...)
    low, high = np.float64(lows.min()), np.float64(highs.max())
    if low >= 0 and high <= 1:
        return Scaling("none, already in [0, 1]", np.float64(0), np.float64(1))
    if x.ndim > 2:
        return Scaling(f"(x - {low:g}) / {high - low:g}", low, high)
    return Scaling("each column from its training range", np.float64(lows.min(axis=0)), np.float64(highs.max(axis=0)))
