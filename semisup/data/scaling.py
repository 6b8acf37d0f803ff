"""Scale the inputs to [0, 1], by a rule that depends on the training inputs only."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from semisup.data.memory_mapped import Inputs, chunks

if TYPE_CHECKING:
    from semisup.data.columns import Columns


class Scaling(NamedTuple):
    """The map x -> (x - low) / (high - low), clipped to [0, 1]. `rule` describes it in words."""

    rule: str
    low: np.ndarray  # () for images, (features,) for vectors; float64
    high: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Scale raw inputs of any real dtype to float32 in [0, 1]. A constant column becomes 0."""
        precision = np.float32 if x.dtype.itemsize <= 2 or x.dtype == np.float32 else np.float64
        width = np.where(self.high > self.low, self.high - self.low, 1).astype(precision)
        scaled = x.astype(precision)  # then in place: large inputs are in memory once
        scaled -= self.low.astype(precision)
        scaled /= width
        return np.clip(scaled, 0, 1, out=scaled).astype(np.float32, copy=False)

    def back(self, x: np.ndarray) -> np.ndarray:
        """Undo the scaling: return raw inputs, float64."""
        return self.low + x * (self.high - self.low)

    def to_json(self) -> dict[str, Any]:
        return {"rule": self.rule, "low": self.low.tolist(), "high": self.high.tolist()}

    @staticmethod
    def from_json(content: dict[str, Any]) -> "Scaling":
        scaling = Scaling(str(content["rule"]), np.float64(content["low"]), np.float64(content["high"]))
        if np.shape(scaling.low) != np.shape(scaling.high) or np.ndim(scaling.low) > 1:
            raise ValueError("expected low and high to be two numbers, or two for each feature")
        if not (np.isfinite(scaling.low) & np.isfinite(scaling.high)).all():
            raise ValueError("low and high are not finite")
        return scaling


def from_json(content: dict[str, Any]) -> "Scaling | Columns":
    """Read what `to_json` of a `Scaling`, or of the `Columns` of a table, has written.

    Raises:
        KeyError, TypeError, ValueError: the content is something else.
    """
    if "columns" in content:
        from semisup.data.columns import Columns  # imports pandas and scikit-learn

        return Columns.from_json(content)
    return Scaling.from_json(content)


def fit_scaling(x: Inputs) -> Scaling:
    """Choose the scaling from the training inputs.

    - unsigned bytes are divided by 255;
    - numbers that lie in [0, 1] already are left as they are;
    - for other images, the smallest and the largest value of all pixels become 0 and 1;
    - for other vectors, the smallest and the largest value of each column become 0 and 1.

    Test inputs outside this range are clipped.
    """
    if x.dtype == np.uint8:
        return Scaling("x / 255", np.float64(0), np.float64(255))
    ranges = [(part.min(axis=0), part.max(axis=0)) for part in chunks(x)]
    lows, highs = (np.stack(parts) for parts in zip(*ranges, strict=True))  # (chunks, ...)
    low, high = np.float64(lows.min()), np.float64(highs.max())
    if low >= 0 and high <= 1:
        return Scaling("none, already in [0, 1]", np.float64(0), np.float64(1))
    if x.ndim > 2:
        return Scaling(f"(x {'-' if low >= 0 else '+'} {abs(low):g}) / {high - low:g}", low, high)
    return Scaling("each column from its training range", np.float64(lows.min(axis=0)), np.float64(highs.max(axis=0)))
