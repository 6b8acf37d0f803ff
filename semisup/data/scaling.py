"""Scale the inputs to [0, 1], by a rule that depends on the training inputs only."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from semisup.data.memory_mapped import Inputs, chunks

if TYPE_CHECKING:
    from semisup.data.columns import Columns


FEW = 0.01  # fraction of the rows or pixels that may lie far outside; a tenth of it in the columns of vectors
FEWEST_ROWS = 100  # with fewer, a single row would be a large fraction
LOOKED_AT = 10_000  # rows, evenly spread, whose columns say what is far outside
ALIKE = 2  # times the width of another: ranges of channels, or ranges with and without what is far outside
FAR = 10  # the same for columns, which often have long tails
MOST_COLUMNS = 16  # of a series
STEPS = 4  # of a series for each column, at least


class Scaling(NamedTuple):
    """The map x -> (x - low) / (high - low), clipped to [0, 1]. `rule` describes it in words."""

    rule: str
    low: (
        np.ndarray
    )  # () for images, (channels,) if they differ, (features,) for vectors, (columns, 1) for series; float64
    high: np.ndarray

    def fits(self, shape: tuple[int, ...]) -> bool:
        """Return whether inputs of a shape can be scaled."""
        return self.low.shape == shape[len(shape) - self.low.ndim :]

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
        if np.shape(scaling.low) != np.shape(scaling.high) or np.ndim(scaling.low) > 2:
            raise ValueError("expected low and high to be two numbers, or two for each feature or channel")
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
    - for other images, the smallest and the largest value of all pixels become 0 and 1; if the ranges of the channels
      differ much, each channel has its own; so have the columns of a series, (rows, steps, columns);
    - for other vectors, the smallest and the largest value of each column become 0 and 1.

    Where a few rows or a few pixels lie far outside, as hot pixels do, the range is that of the others. Values outside
    the range are clipped.
    """
    if x.dtype == np.uint8:
        return Scaling("x / 255", np.float64(0), np.float64(255))
    low, high, outside = _column_ranges(x) if x.ndim == 2 else _image_ranges(x)
    beyond = ", a few values far outside are clipped" if outside else ""
    if low.min() >= 0 and high.max() <= 1:
        return Scaling(f"none, already in [0, 1]{beyond}", np.float64(0), np.float64(1))
    if x.ndim == 2:
        return Scaling(f"each column from its training range{beyond}", low, high)
    least, greatest = low.min(), high.max()
    if (high - low).min() < (greatest - least) / ALIKE:
        of_series = x.shape[3] == 1
        rule = f"each {'column' if of_series else 'channel'} from its training range{beyond}"
        return Scaling(rule, *((low[:, None], high[:, None]) if of_series else (low, high)))
    return Scaling(f"(x {'-' if least >= 0 else '+'} {abs(least):g}) / {greatest - least:g}{beyond}", least, greatest)


def _image_ranges(x: Inputs) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return least and greatest values of each channel, or each column of a series, and whether others lie far outside.

    A value lies far outside if hardly any row, or hardly any pixel, has one as large, and the range would double.
    """
    _, height, width, channels = x.shape
    is_series = channels == 1 and 1 < width <= MOST_COLUMNS and height >= STEPS * width
    parts = width if is_series else channels
    by_row, by_pixel = [], []
    for chunk in chunks(x):
        values = chunk.reshape(len(chunk), -1, parts)  # (rows, pixels, parts)
        by_row.append((values.min(axis=1), values.max(axis=1)))
        by_pixel.append((values.min(axis=0), values.max(axis=0)))
    lows, highs = (np.float64(np.concatenate(each)) for each in zip(*by_row, strict=True))  # (n, parts)
    pixel_lows = np.float64(np.stack([low for low, _ in by_pixel]).min(axis=0))  # (pixels, parts)
    pixel_highs = np.float64(np.stack([high for _, high in by_pixel]).max(axis=0))
    low, high = lows.min(axis=0), highs.max(axis=0)
    if len(x) < FEWEST_ROWS:
        return low, high, False
    inner_low = np.maximum(*(np.quantile(each, FEW, axis=0, method="higher") for each in (lows, pixel_lows)))
    inner_high = np.minimum(*(np.quantile(each, 1 - FEW, axis=0, method="lower") for each in (highs, pixel_highs)))
    far = (inner_high > inner_low) & (high - low > ALIKE * (inner_high - inner_low))
    return np.where(far, inner_low, low), np.where(far, inner_high, high), bool(far.any())


def _column_ranges(x: Inputs) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return least and greatest value of each column, and whether others lie far outside."""
    ranges = [(part.min(axis=0), part.max(axis=0)) for part in chunks(x)]
    lows, highs = (np.float64(np.stack(parts)) for parts in zip(*ranges, strict=True))
    low, high = lows.min(axis=0), highs.max(axis=0)  # (features,)
    if len(x) < FEWEST_ROWS:
        return low, high, False
    inner_low, inner_high = np.quantile(np.float64(x[:: -(-len(x) // LOOKED_AT)]), (FEW / 10, 1 - FEW / 10), axis=0)
    far = (inner_high > inner_low) & (high - low > FAR * (inner_high - inner_low))
    return np.where(far, inner_low, low), np.where(far, inner_high, high), bool(far.any())
