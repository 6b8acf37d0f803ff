"""What runs draw. Every function returns a figure and touches no global state of matplotlib."""

import math
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

SHOWN = 16
PERPLEXITY = 30  # of t-SNE


def reconstructions(inputs: np.ndarray, reconstruction: np.ndarray) -> Figure:
    """Inputs above, their reconstructions below: images as images, vectors as lines.

    Args:
        inputs: (n, ...) in [0, 1]; (n, height, width, channels) are shown as images if they have 1 or 3 channels.
        reconstruction: the same shape.
    """
    return rows_of_inputs({"input": inputs, "output": reconstruction})


def rows_of_inputs(rows: dict[str, np.ndarray]) -> Figure:
    """One named row for each array of (n, ...) inputs, all of the same length; of many, 16 that are spread over them:
    a test set can be in the order of its classes."""
    n = len(next(iter(rows.values())))
    shown = np.linspace(0, n - 1, min(SHOWN, n)).astype(int)
    return grid_of_inputs(np.stack([x[shown] for x in rows.values()]), list(rows), [])


def grid_of_inputs(items: np.ndarray, row_names: list[str], column_names: list[str]) -> Figure:
    """A grid of (rows, columns, ...) inputs in [0, 1]; rows and columns have names or, with an empty list, none.

    One pair of axes holds them all: a pair for each takes seconds.
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
    """Draw (rows, columns, ...) inputs in [0, 1] side by side: images of 1 or 3 channels as images, others as lines;
    returns the width and the height of a cell, in the units of the axes."""
    if items.ndim == 5 and items.shape[-1] in (1, 3):
        return _draw_images(ax, np.clip(items, 0, 1), cmap="gray", vmin=0, vmax=1)
    return _draw_lines(ax, items.reshape(*items.shape[:2], -1))


def features(items: np.ndarray) -> Figure:
    """(n, ...) signed features: images from blue (below 0) over white to red (above 0), each on its own scale, with
    its channels averaged; vectors as lines."""
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
    """(rows, columns, height, width, channels) images side by side; returns a cell's width and height."""
    gap = max(1, items.shape[3] // 14)
    framed = np.pad(items, ((0, 0), (0, 0), (0, gap), (0, gap), (0, 0)), constant_values=np.nan)  # drawn as white
    rows, columns, height, width, channels = framed.shape
    canvas = framed.swapaxes(1, 2).reshape(rows * height, columns * width, channels)
    canvas = np.nan_to_num(canvas, nan=1.0) if channels == 3 else canvas[..., 0]
    ax.imshow(canvas, extent=(0, columns * width, rows * height, 0), interpolation="nearest", **options)
    return width, height


def _draw_lines(ax: Axes, items: np.ndarray) -> tuple[float, float]:
    """(rows, columns, features) vectors in [0, 1] as lines side by side; returns a cell's width and height."""
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
    """Mean training loss of each epoch against the seconds since the start; a loss that falls far on a log scale."""
    falls_far = min(loss) > 0 and max(loss) > 10 * min(loss)
    figure = Figure(figsize=(6, 4), layout="constrained")
    ax = figure.subplots()
    ax.plot(seconds, loss, marker="." if len(loss) < 50 else None)
    ax.set(xlabel="seconds", ylabel="training loss", xscale="log", yscale="log" if falls_far else "linear")
    ax.grid(alpha=0.3)
    return figure


def confusion(matrix: np.ndarray, class_names: list[str]) -> Figure:
    """Counts of test inputs: true class by row, predicted class by column, shaded by the share of the row.

    Args:
        matrix: (C, C) integers.
        class_names: C names.
    """
    classes = len(class_names)
    side = min(3 + 0.4 * classes, 16)
    figure = Figure(figsize=(side + 0.8, side), layout="constrained")
    ax = figure.subplots()
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    figure.colorbar(ax.imshow(shares, cmap="Blues", vmin=0, vmax=1), label="share of the true class", shrink=0.8)
    if classes <= 30:
        for row, column in np.ndindex(classes, classes):
            colour = "white" if shares[row, column] > 0.5 else "black"
            ax.text(column, row, matrix[row, column], ha="center", va="center", color=colour, fontsize=8)
        rotation = 0 if max(map(len, class_names)) < 3 else 90
        ax.set_xticks(range(classes), class_names, rotation=rotation)
        ax.set_yticks(range(classes), class_names)
    ax.set(xlabel="predicted class", ylabel="true class")
    return figure


def titled_inputs(items: np.ndarray, titles: list[str]) -> Figure:
    """(n, ...) inputs in [0, 1] in rows of eight, each with a line of text above it."""
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
    """Codes in two dimensions, once for each kind of label.

    Args:
        points: (n, 2).
        labels: by name, (n,) classes; -1, drawn in grey, where there is none.
        class_names: of the classes.
    """
    return scatters({f"{name} classes": (points, y) for name, y in labels.items()}, class_names)


def scatters(panels: dict[str, tuple[np.ndarray, np.ndarray]], class_names: list[str]) -> Figure:
    """Positions coloured by class: (n, 2), and (n,) classes, -1, drawn in grey, where there is none, by panel title."""
    figure = Figure(figsize=(4.5 * len(panels) + 1, 4.5), layout="constrained")
    axes = figure.subplots(1, len(panels), squeeze=False).flat
    for ax, (title, (points, y)) in zip(axes, panels.items(), strict=True):
        draw_classes(ax, points, y, class_names)
        ax.set(xticks=[], yticks=[], title=title)
    return figure


def draw_classes(ax: Axes, points: np.ndarray, y: np.ndarray, class_names: list[str]) -> None:
    """One such panel; the figure has one legend, which names 20 classes at most."""
    colours = np.array([colormaps["tab10" if len(class_names) <= 10 else "gist_ncar"](c) for c in _spread(class_names)])
    known = y >= 0
    ax.scatter(*points[~known].T, s=4, color="lightgrey")
    if known.any():
        ax.scatter(*points[known].T, s=4 if known.mean() > 0.5 else 24, c=colours[y[known]])
    if 0 < len(class_names) <= 20 and not ax.figure.legends:
        handles = [Line2D([], [], marker="o", linestyle="", color=c) for c in colours]
        ax.figure.legend(handles, class_names, loc="outside right center", frameon=False, fontsize=8)


def _spread(class_names: list[str]) -> list[int] | np.ndarray:
    """Numbers or shares by which a colour map tells so many classes apart."""
    return range(len(class_names)) if len(class_names) <= 10 else np.linspace(0, 0.95, len(class_names))


def by_round(history: list[dict[str, float]]) -> Figure:
    """Figures of a method, round by round, a small plot for each."""
    names = list(history[0])
    figure = Figure(figsize=(3.5 * len(names), 3), layout="constrained")
    for ax, name in zip(figure.subplots(1, len(names), squeeze=False).flat, names, strict=True):
        ax.plot(range(1, len(history) + 1), [row[name] for row in history], marker="o")
        ax.set(xlabel="round", title=name.replace("_", " "), xticks=range(1, len(history) + 1))
        ax.grid(alpha=0.3)
    return figure


def in_two_dimensions(codes: np.ndarray) -> np.ndarray:
    """(n, 2) positions of (n, code_size) codes: themselves if they have two numbers, else t-SNE, or their principal
    components where there are too few for that."""
    return list(maps(codes).values())[-1]


def maps(codes: np.ndarray) -> dict[str, np.ndarray]:
    """All (n, 2) positions of (n, code_size) codes, by the name of the projection.

    They are `as they are` if they have at most two numbers; else `PCA` and, with more than 3 times its perplexity of
    codes, `t-SNE` (van der Maaten and Hinton 2008), which is always the same for the same codes.
    """
    from sklearn.decomposition import PCA  # which takes half a second to import
    from sklearn.manifold import TSNE

    if codes.shape[1] <= 2:
        return {"as they are": np.pad(codes, ((0, 0), (0, 2 - codes.shape[1])))}
    found = {"PCA": PCA(2, random_state=0).fit_transform(codes)}
    if len(codes) > 3 * PERPLEXITY:
        tsne = TSNE(2, perplexity=PERPLEXITY, init="pca", max_iter=500, random_state=0)
        found["t-SNE"] = tsne.fit_transform(codes)
    return found
