"""The only file that draws. Every function returns a figure and touches no global state of matplotlib."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure


def reconstructions(inputs: np.ndarray, reconstruction: np.ndarray) -> Figure:
    """Inputs above, their reconstructions below: images as images, vectors as lines.

    Args:
        inputs: (n, ...) in [0, 1]; (n, height, width, channels) are shown as images if they have 1 or 3 channels.
        reconstruction: the same shape.
    """
    return rows_of_inputs({"input": inputs, "output": reconstruction})


def rows_of_inputs(rows: dict[str, np.ndarray]) -> Figure:
    """One named row for each array of (n, ...) inputs, all of the same length."""
    columns = len(next(iter(rows.values())))
    figure = Figure(figsize=(0.75 * columns + 0.9, 0.75 * len(rows) + 0.5), layout="constrained")
    axes = figure.subplots(len(rows), columns, squeeze=False)
    for row, (name, items) in enumerate(rows.items()):
        for ax, item in zip(axes[row], items, strict=True):
            _draw_input(ax, item)
        axes[row, 0].set_ylabel(name, fontsize=9)
    return figure


def grid_of_inputs(items: np.ndarray, column_names: list[str]) -> Figure:
    """A grid of (rows, columns, ...) inputs; its columns have names or, with an empty list, none."""
    rows, columns = items.shape[:2]
    figure = Figure(figsize=(0.75 * columns + 0.5, 0.75 * rows + 0.5), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False)
    for place in np.ndindex(rows, columns):
        _draw_input(axes[place], items[place])
    for ax, name in zip(axes[0], column_names, strict=False):
        ax.set_title(name, fontsize=9)
    return figure


def features(items: np.ndarray) -> Figure:
    """(n, ...) signed features: images from blue (below 0) over white to red (above 0), each on its own scale, with
    its channels averaged; vectors as lines."""
    columns = math.ceil(math.sqrt(len(items)))
    rows = math.ceil(len(items) / columns)
    figure = Figure(figsize=(0.75 * columns + 0.5, 0.75 * rows + 0.5), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax in axes:
        ax.axis("off")
    for ax, item in zip(axes, items, strict=False):
        if item.ndim == 3:
            peak = np.abs(item).max() or 1.0
            ax.imshow(item.mean(axis=-1), cmap="seismic", vmin=-peak, vmax=peak)
        else:
            ax.plot(item.ravel(), linewidth=0.8)
    return figure


def loss_against_time(seconds: list[float], loss: list[float]) -> Figure:
    """Mean training loss of each epoch against the seconds since the start; a loss that falls far on a log scale."""
    falls_far = min(loss) > 0 and max(loss) > 10 * min(loss)
    figure = Figure(figsize=(6, 4), layout="constrained")
    ax = figure.subplots()
    ax.plot(seconds, loss, marker="." if len(loss) < 50 else None)
    ax.set(xlabel="seconds", ylabel="training loss", xscale="log", yscale="log" if falls_far else "linear")
    ax.grid(alpha=0.3)
    return figure


def _draw_input(ax: Axes, item: np.ndarray) -> None:
    ax.set_xticks([])
    ax.set_yticks([])
    if item.ndim == 3 and item.shape[-1] in (1, 3):
        ax.imshow(np.clip(item.squeeze(-1) if item.shape[-1] == 1 else item, 0, 1), cmap="gray", vmin=0, vmax=1)
    else:
        ax.plot(item.ravel(), linewidth=0.8)
        ax.set_ylim(-0.05, 1.05)


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


def accuracy_against_labels(cells: pd.DataFrame, title: str) -> Figure:
    """Test accuracy against the number of labels, one line a method: mean over the draws, band of one standard
    deviation.

    Args:
        cells: one row a cell, with `method`, `labels` and `test_accuracy`.
        title: what the data are.
    """
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    ax = figure.subplots()
    for method, group in cells.groupby("method", sort=False):
        accuracy = group.groupby("labels")["test_accuracy"].agg(["mean", "std"])
        (line,) = ax.plot(accuracy.index, accuracy["mean"], marker="o", markersize=4, label=method.replace("_", " "))
        low, high = accuracy["mean"] - accuracy["std"], accuracy["mean"] + accuracy["std"]
        ax.fill_between(accuracy.index, low, high, color=line.get_color(), alpha=0.15, linewidth=0)
    ax.set_xscale("log")
    labels = sorted(cells["labels"].unique())
    ax.set_xticks(labels, [str(n) for n in labels])
    ax.minorticks_off()
    ax.set(xlabel="labels", ylabel="test accuracy", title=f"{title}: mean ± standard deviation over label draws")
    ax.grid(alpha=0.3)
    ax.legend(frameon=False)
    return figure
