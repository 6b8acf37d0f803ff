"""Figures of paths through the code, and of codes of two numbers."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from semisup import plots
from semisup.tasks.interpolation import STEPS, Paths

COLOURS = {"code": "C0", "pixels": "C1", "reconstructions": "C2"}
Y_LABELS = {
    "confidence": "largest probability of a class",
    "distance": "distance to the nearest training input,\nthat of test inputs = 1",
}
NAMES = {"code": "code", "pixels": "pixels", "reconstructions": "pixels of the reconstructions"}


def paths(found: Paths) -> Figure:
    """Draw the path of each pair through the code and, below it, the path through the pixels."""
    both = np.stack([found.code, found.pixels], axis=1)  # (pairs, 2, STEPS, ...)
    items = both.reshape(-1, *both.shape[2:])
    positions = [f"{step}/{STEPS - 1}" for step in range(STEPS)]
    return plots.grid_of_inputs(items, ["code", "pixels"] * len(found.code), positions)


def scores(table: pd.DataFrame) -> Figure:
    """Draw means along the paths, with their standard errors as bands.

    Args:
        table: columns score, path, share (position on the path, in [0, 1]), mean and standard_error.
    """
    measures = table["score"].unique()
    figure = Figure(figsize=(5 * len(measures), 4), layout="constrained")
    for ax, measure in zip(figure.subplots(1, len(measures), squeeze=False).flat, measures, strict=True):
        for path, rows in table[table["score"] == measure].groupby("path"):
            position, mean, error = 100 * rows["share"], rows["mean"], rows["standard_error"]
            ax.plot(position, mean, marker="o", color=COLOURS[path], label=NAMES[path])
            ax.fill_between(position, mean - error, mean + error, color=COLOURS[path], alpha=0.2, linewidth=0)
        ax.set(xlabel="position on the path in %", ylabel=Y_LABELS[measure], title=measure)
        ax.grid(alpha=0.3)
    figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=len(NAMES), frameon=False)
    return figure


def decoded_map(
    items: np.ndarray, low: np.ndarray, high: np.ndarray, codes: np.ndarray, y: np.ndarray, class_names: list[str]
) -> Figure:
    """Draw inputs decoded from a grid of codes and, beside them, codes of inputs on the same axes.

    Args:
        items: (side, side, ...) decoded inputs in [0, 1]. In the first row, the second number of the code is highest.
        low: (2,) code at the lower left corner of the grid.
        high: (2,) code at the upper right corner of the grid.
        codes: (n, 2) codes of inputs.
        y: (n,) their classes, -1 where unknown.
        class_names: names of the classes.
    """
    figure = Figure(figsize=(13, 6), layout="constrained")
    left, right = figure.subplots(1, 2)
    width, height = plots.draw_inputs(left, items)
    plots.draw_classes(right, codes, y, class_names)
    right.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), box_aspect=1, title="codes of training inputs")
    left.set(title="decoded", box_aspect=1, aspect="auto")
    across, up = (
        np.array([mark for mark in axis.get_ticklocs() if low[n] <= mark <= high[n]])
        for n, axis in enumerate((right.xaxis, right.yaxis))
    )
    left.set_xticks((across - low[0]) / (high[0] - low[0]) * width * len(items), [f"{mark:g}" for mark in across])
    left.set_yticks((high[1] - up) / (high[1] - low[1]) * height * len(items), [f"{mark:g}" for mark in up])
    for ax in (left, right):
        ax.set(xlabel="code 1", ylabel="code 2")
    return figure
