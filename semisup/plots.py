"""Figures of runs. Every function returns a matplotlib figure and does not touch matplotlib's global state."""

import math
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

SHOWN = 16  # inputs in a row of a figure
PERPLEXITY = 30  # of t-SNE


def reconstructions(inputs: np.ndarray, reconstruction: np.ndarray) -> Figure:
    """Draw inputs above their reconstructions: images as images, vectors as lines.

    Args:
        inputs: (n, ...) in [0, 1]; (n, height, width, channels) are shown as images if they have 1 or 3 channels.
        reconstruction: the same shape.
    """
    return rows_of_inputs({"input": inputs, "output": reconstruction})


def rows_of_inputs(rows: dict[str, np.ndarray]) -> Figure:
    """Draw one named row for each array of (n, ...) inputs, all with the same n.

    If n is above 16, 16 evenly spaced inputs are drawn, since a test set may be sorted by class.
    """
    n = len(next(iter(rows.values())))
    shown = np.linspace(0, n - 1, min(SHOWN, n)).astype(int)
    return grid_of_inputs(np.stack([x[shown] for x in rows.values()]), list(rows), [])


def grid_of_inputs(items: np.ndarray, row_names: list[str], column_names: list[str]) -> Figure:
    """Draw a grid of (rows, columns, ...) inputs in [0, 1]. With an empty list of names, rows or columns have no names.

    All inputs are drawn in one pair of axes, because a pair of axes for each would take seconds.
    """
    rows, columns = items.shape[:2]
    figure = Figure(figsize=(0.75 * columns + 0.9, 0.75 * rows + 0.5), layout="constrained")
    ax = figure.subplots()
    width, height = draw_inputs(ax, items)
    ax.set_xticks((np.arange(columns) + 0.5) * width, column_names or [""] * columns)
    ax.set_yticks((np.arange(rows) + 0.5) * height, row_names or [""] * rows, rotation=90, va="center")
    ax.tick_params(length=0, labelsize=9, labeltop=True, labelbottom=False)
    ax.spines[:].set_visible(False)
    return figure


def draw_inputs(ax: Axes, items: np.ndarray) -> tuple[float, float]:
    """Draw (rows, columns, ...) inputs in [0, 1] side by side: images of 1 or 3 channels as images, others as lines.

    Returns:
        The width and the height of a cell, in the units of the axes.
    """
    if items.ndim == 5 and items.shape[-1] in (1, 3):
        return _draw_images(ax, np.clip(items, 0, 1), cmap="gray", vmin=0, vmax=1)
    return _draw_lines(ax, items.reshape(*items.shape[:2], -1))


def features(items: np.ndarray) -> Figure:
    """Draw (n, ...) signed features, each on its own scale.

    Images are blue (below 0), white (0) and red (above 0), with their channels averaged. Vectors are lines.
    """
    columns = math.ceil(math.sqrt(len(items)))
    rows = math.ceil(len(items) / columns)
    peak = np.abs(items).reshape(len(items), -1).max(axis=1).reshape(-1, *[1] * (items.ndim - 1))
    scaled = np.zeros((rows * columns, *items.shape[1:]))
    scaled[: len(items)] = items / np.where(peak > 0, peak, 1)  # in [-1, 1]
    grid = scaled.reshape(rows, columns, *items.shape[1:])
    figure = Figure(figsize=(0.75 * columns + 0.5, 0.75 * rows + 0.5), layout="constrained")
    ax = figure.subplots()
    if items.ndim == 4:
        _draw_images(ax, grid.mean(axis=-1, keepdims=True), cmap="seismic", vmin=-1, vmax=1)
    else:
        _draw_lines(ax, grid / 2 + 0.5)
    ax.axis("off")
    return figure


def _draw_images(ax: Axes, items: np.ndarray, **options: Any) -> tuple[int, int]:
    """Draw (rows, columns, height, width, channels) images side by side. Return the width and height of a cell."""
    gap = max(1, items.shape[3] // 14)
    framed = np.pad(items, ((0, 0), (0, 0), (0, gap), (0, gap), (0, 0)), constant_values=np.nan)  # drawn as white
    rows, columns, height, width, channels = framed.shape
    canvas = framed.swapaxes(1, 2).reshape(rows * height, columns * width, channels)
    canvas = np.nan_to_num(canvas, nan=1.0) if channels == 3 else canvas[..., 0]
    ax.imshow(canvas, extent=(0, columns * width, rows * height, 0), interpolation="nearest", **options)
    return width, height


def _draw_lines(ax: Axes, items: np.ndarray) -> tuple[float, float]:
    """Draw (rows, columns, features) vectors in [0, 1] as lines side by side. Return the width and height of a cell."""
    rows, columns, _ = items.shape
    x = np.linspace(0.05, 0.95, items.shape[2])
    lines = [
        np.column_stack([x + column, row + 0.95 - 0.9 * items[row, column]])
        for row, column in np.ndindex(rows, columns)
    ]
    ax.add_collection(LineCollection(lines, linewidths=0.8))
    ax.set(xlim=(0, columns), ylim=(rows, 0))
    return 1.0, 1.0


def loss_against_time(seconds: list[float], loss: list[float]) -> Figure:
    """Draw the mean training loss of each epoch against the seconds since the start.

    The loss is on a log scale if it is positive and varies by a factor above 10.
    """
    falls_far = min(loss) > 0 and max(loss) > 10 * min(loss)
    figure = Figure(figsize=(6, 4), layout="constrained")
    ax = figure.subplots()
    ax.plot(seconds, loss, marker="." if len(loss) < 50 else None)
    ax.set(xlabel="seconds", ylabel="training loss", xscale="log", yscale="log" if falls_far else "linear")
    ax.grid(alpha=0.3)
    return figure


def confusion(matrix: np.ndarray, class_names: list[str]) -> Figure:
    """Draw the confusion matrix: the number of test inputs by true class (row) and predicted class (column).

    The shade of a cell is its fraction of the row.

    Args:
        matrix: (C, C) integers.
        class_names: C names.
    """
    classes = len(class_names)
    side = min(3 + 0.4 * classes, 16)
    figure = Figure(figsize=(side + 0.8, side), layout="constrained")
    ax = figure.subplots()
    fractions = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    figure.colorbar(ax.imshow(fractions, cmap="Blues", vmin=0, vmax=1), label="fraction of the true class", shrink=0.8)
    if classes <= 30:
        for row, column in np.ndindex(classes, classes):
            colour = "white" if fractions[row, column] > 0.5 else "black"
            ax.text(column, row, matrix[row, column], ha="center", va="center", color=colour, fontsize=8)
        rotation = 0 if max(map(len, class_names)) < 3 else 90
        ax.set_xticks(range(classes), class_names, rotation=rotation)
        ax.set_yticks(range(classes), class_names)
    ax.set(xlabel="predicted class", ylabel="true class")
    return figure


def titled_inputs(items: np.ndarray, titles: list[str]) -> Figure:
    """Draw (n, ...) inputs in [0, 1] in rows of eight, each with a line of text above it."""
    columns = min(8, len(items))
    rows = math.ceil(len(items) / columns)
    image = items.ndim == 4 and items.shape[-1] in (1, 3)
    padded = np.full((rows * columns, *items.shape[1:]), 1.0 if image else 0.0)
    padded[: len(items)] = items
    grid = padded.reshape(rows, columns, *items.shape[1:])
    if image:  # room for the text
        room = math.ceil(items.shape[1] / 4)
        grid = np.pad(grid, ((0, 0), (0, 0), (room, 0), (0, 0), (0, 0)), constant_values=1.0)
    figure = Figure(figsize=(1.5 * columns, 1.9 * rows), layout="constrained")
    ax = figure.subplots()
    draw = _draw_images if image else _draw_lines
    options = {"cmap": "gray", "vmin": 0, "vmax": 1} if image else {}
    width, height = draw(ax, grid if image else 0.85 * grid.reshape(rows, columns, -1), **options)
    for number, title in enumerate(titles):
        row, column = divmod(number, columns)
        ax.text((column + 0.05) * width, (row + 0.16) * height, title, fontsize=8, va="bottom")
    ax.axis("off")
    return figure


def codes(points: np.ndarray, labels: dict[str, np.ndarray], class_names: list[str]) -> Figure:
    """Draw codes in two dimensions, in one panel for each kind of label.

    Args:
        points: (n, 2) positions.
        labels: maps the name of a kind of label to (n,) classes. -1 means no class and is drawn in grey.
        class_names: names of the classes.
    """
    return scatters({f"{name} classes": (points, y) for name, y in labels.items()}, class_names)


def scatters(panels: dict[str, tuple[np.ndarray, np.ndarray]], class_names: list[str]) -> Figure:
    """Draw positions coloured by class, in one panel for each entry.

    Args:
        panels: maps the title of a panel to (n, 2) positions and (n,) classes. -1 means no class and is drawn in grey.
        class_names: names of the classes.
    """
    figure = Figure(figsize=(4.5 * len(panels) + 1, 4.5), layout="constrained")
    axes = figure.subplots(1, len(panels), squeeze=False).flat
    for ax, (title, (points, y)) in zip(axes, panels.items(), strict=True):
        draw_classes(ax, points, y, class_names)
        ax.set(xticks=[], yticks=[], title=title)
    return figure


def draw_classes(ax: Axes, points: np.ndarray, y: np.ndarray, class_names: list[str]) -> None:
    """Draw one panel of `scatters`. The figure gets one legend if there are at most 20 classes."""
    colours = np.array([colormaps["tab10" if len(class_names) <= 10 else "gist_ncar"](c) for c in _spread(class_names)])
    known = y >= 0
    ax.scatter(*points[~known].T, s=4, color="lightgrey")
    if known.any():
        ax.scatter(*points[known].T, s=4 if known.mean() > 0.5 else 24, c=colours[y[known]])
    if 0 < len(class_names) <= 20 and not ax.figure.legends:
        handles = [Line2D([], [], marker="o", linestyle="", color=c) for c in colours]
        ax.figure.legend(handles, class_names, loc="outside right center", frameon=False, fontsize=8)


def _spread(class_names: list[str]) -> list[int] | np.ndarray:
    """Return a number for each class, from which a colour map makes different colours."""
    return range(len(class_names)) if len(class_names) <= 10 else np.linspace(0, 0.95, len(class_names))


def by_round(history: list[dict[str, float]]) -> Figure:
    """Draw the metrics of a method over its rounds, a small plot for each metric."""
    names = list(history[0])
    figure = Figure(figsize=(3.5 * len(names), 3), layout="constrained")
    for ax, name in zip(figure.subplots(1, len(names), squeeze=False).flat, names, strict=True):
        ax.plot(range(1, len(history) + 1), [row[name] for row in history], marker="o")
        ax.set(xlabel="round", title=name.replace("_", " "), xticks=range(1, len(history) + 1))
        ax.grid(alpha=0.3)
    return figure


def in_two_dimensions(codes: np.ndarray) -> np.ndarray:
    """Return (n, 2) positions of (n, code_size) codes.

    These are the codes themselves if they have at most two numbers, else t-SNE. Too few codes for t-SNE get their
    principal components.
    """
    return list(maps(codes).values())[-1]


def maps(codes: np.ndarray) -> dict[str, np.ndarray]:
    """Return (n, 2) positions of (n, code_size) codes, by the name of the projection.

    Codes of at most two numbers are `as they are`. Others get `PCA`. If there are more than 3 times as many codes as
    the perplexity, they also get `t-SNE` (van der Maaten and Hinton 2008), which is the same each time.
    """
    from sklearn.decomposition import PCA  # takes half a second to import
    from sklearn.manifold import TSNE

    if codes.shape[1] <= 2:
        return {"as they are": np.pad(codes, ((0, 0), (0, 2 - codes.shape[1])))}
    projections = {"PCA": PCA(2, random_state=0).fit_transform(codes)}
    if len(codes) > 3 * PERPLEXITY:
        tsne = TSNE(2, perplexity=PERPLEXITY, init="pca", max_iter=500, random_state=0)
        projections["t-SNE"] = tsne.fit_transform(codes)
    return projections
