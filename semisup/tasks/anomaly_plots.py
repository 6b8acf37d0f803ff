"""Figures of the anomaly task."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from semisup import plots

MOST_CLASSES = 12  # that a figure has room for


def where_they_differ(x: np.ndarray, reconstruction: np.ndarray, class_names: list[str], title: str) -> Figure:
    """Draw one input for each normal class, its reconstruction by the autoencoder of this class, and the difference.

    Args:
        x: (classes, ...) inputs in [0, 1], one for each normal class.
        reconstruction: (classes, ...) their reconstructions.
        class_names: names of the normal classes.
        title: which inputs these are.
    """
    shown = slice(MOST_CLASSES)
    rows = np.stack([x[shown], reconstruction[shown], np.abs(x - reconstruction)[shown]])
    figure = plots.grid_of_inputs(rows, ["input", "output", "difference"], class_names[shown])
    long = max(map(len, class_names)) > 3
    figure.set_size_inches(max(figure.get_figwidth(), 6), figure.get_figheight() + (1 if long else 0.3))
    (ax,) = figure.axes
    if long:
        ax.tick_params(axis="x", labelrotation=40)
        for label in ax.get_xticklabels():
            label.set(ha="left", rotation_mode="anchor")
    ax.tick_params(axis="y", labelrotation=0)
    ax.xaxis.set_label_position("top")
    ax.set_xlabel("normal class", fontsize=9)
    figure.suptitle(title, fontsize=10)
    return figure


def areas(table: pd.DataFrame) -> Figure:
    """Draw bars of the AUROC in %, a group for each normal class. Only the `MOST_CLASSES` hardest classes are drawn.

    Args:
        table: columns `normal`, `score` and `test_auroc`.
    """
    by_class = 100 * table.pivot(index="normal", columns="score", values="test_auroc")
    by_class = by_class.loc[table["normal"].unique(), table["score"].unique()]
    hardest = by_class.mean(axis=1).nsmallest(MOST_CLASSES).index
    by_class = by_class[by_class.index.isin(hardest)]
    classes, names = by_class.shape
    figure = Figure(figsize=(max(6, 1.2 + 0.11 * classes * (names + 2)), 4.5), layout="constrained")
    ax = figure.subplots()
    width = 0.84 / names
    for number, name in enumerate(by_class):
        position = np.arange(classes) + (number - (names - 1) / 2) * width
        ax.bar(position, by_class[name], width, label=name.replace("_", " "))
    long = max(map(len, map(str, by_class.index))) > 3
    ax.set_xticks(range(classes), by_class.index, rotation=40 if long else 0, ha="right" if long else "center")
    low = np.floor((np.nanmin(by_class.to_numpy()) - 1) / 10) * 10
    ax.set(xlabel="normal class", ylabel="test AUROC in %", ylim=(max(low, 0), 100))
    ax.grid(axis="y", alpha=0.3)
    ax.set_axisbelow(True)
    figure.legend(loc="outside right upper", frameon=False, fontsize=8)
    return figure
