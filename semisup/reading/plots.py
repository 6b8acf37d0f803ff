"""The figures of a reader's run.

Korean is romanised in figures, since few machines have a font for it. Tables contain it as it is.
"""

import numpy as np
from matplotlib.figure import Figure

from semisup import plots
from semisup.reading.vocabulary import printable


def side_by_side(images: np.ndarray) -> np.ndarray:
    """Join the inputs of each sequence.

    Args:
        images: (n, images, height, width, channels) or (n, images, features).

    Returns:
        (n, height, images * width, channels) or (n, images * features).
    """
    if images.ndim == 5:
        n, count, height, width, channels = images.shape
        return images.swapaxes(1, 2).reshape(n, height, count * width, channels)
    return images.reshape(len(images), -1)


def readings(images: np.ndarray, said: list[str], true: list[str], columns: int = 2) -> Figure:
    """Draw sequences of images with their texts. A wrong text is red, with the true one below it.

    Args:
        images: (n, images, ...) in [0, 1].
        said: n texts of the reader.
        true: n true texts.
        columns: number of columns of sequences.
    """
    wide = side_by_side(images)
    rows = -(-len(wide) // columns)
    aspect = max(1.0, wide.shape[2] / wide.shape[1]) if wide.ndim == 4 else 2.0  # width relative to height
    text_width = 0.085 * max(len(printable(text)) for text in [*said, *true]) + 0.7  # inches
    figure = Figure(figsize=(columns * (0.6 * aspect + text_width), 0.68 * rows + 0.1), layout="constrained")
    grid = figure.subplots(rows, 2 * columns, squeeze=False, width_ratios=[0.6 * aspect, text_width] * columns)
    for ax in grid.flat:
        ax.axis("off")
    for number, (sequence, text, truth) in enumerate(zip(wide, said, true, strict=True)):
        row, column = number % rows, number // rows
        plots.draw_inputs(grid[row, 2 * column], sequence[None, None])
        ax, right = grid[row, 2 * column + 1], text == truth
        shown = printable(text) or "(nothing)"
        ax.text(0, 0.55 if right else 0.72, shown, va="center", fontsize=9, color="black" if right else "firebrick")
        if not right:
            ax.text(0, 0.25, f"true: {printable(truth)}", va="center", fontsize=9)
    return figure


def attention(images: np.ndarray, said: list[str], weights: np.ndarray) -> Figure:
    """Draw the attention weights: how much the decoder looked at each image when it wrote each symbol.

    Args:
        images: (n, images, ...) in [0, 1].
        said: n texts of the reader.
        weights: (n, length, images) weights; those of a symbol sum to 1 over the images.
    """
    n, count = images.shape[:2]
    longest = max(map(len, said)) + 1
    figure = Figure(figsize=((0.8 * count + 1.0) * n + 0.9, 0.7 + 0.7 + 0.24 * longest), layout="constrained")
    grid = figure.subplots(2, n, squeeze=False, height_ratios=[0.7, 0.24 * longest])
    for column, (sequence, text, weight) in enumerate(zip(images, said, weights, strict=True)):
        width, _ = plots.draw_inputs(grid[0, column], sequence[None])
        grid[0, column].axis("off")
        grid[0, column].set_xlim(0, width * count)
        ax = grid[1, column]
        shown = ax.imshow(weight[: len(text) + 1], cmap="Blues", vmin=0, vmax=1, aspect="auto")
        names = [*(printable(symbol) if symbol != " " else "space" for symbol in text), "end"]
        ax.set_yticks(range(len(names)), names, fontsize=8)
        ax.set_xticks(range(count), [str(number + 1) for number in range(count)], fontsize=8)
        ax.set_xlabel("image")
    grid[1, 0].set_ylabel("symbol written, from above")
    figure.colorbar(shown, ax=list(grid[1]), label="attention", shrink=0.8)
    return figure
