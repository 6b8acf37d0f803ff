"""The figure of a sweep over code sizes."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

STYLES = {"code": ("network", "C0", "-"), "pca": ("PCA", "C1", "--")}  # for each code: name, colour and line style
NAMES = {"held_out_mse": "held out", "test_mse": "test"}


def against_size(table: pd.DataFrame, recommended: float, dimension: float | None) -> Figure:
    """Draw the metrics against the code size.

    They are the reconstruction errors on held-out rows and on the test set. If there are labels, they are also the test
    accuracies of probes, with their standard deviations as bands.

    Args:
        table: columns code, size, figure (name of the metric), mean and deviation (NaN if there is none).
        recommended: the recommended size, marked by a solid line.
        dimension: the intrinsic dimension, marked by a dotted line; None if unknown.
    """
    probes = [name for name in table["figure"].unique() if name not in NAMES]
    budgets = list(dict.fromkeys(name.rsplit("_", 1)[1] for name in probes))
    figure = Figure(figsize=(4.6 * (1 + len(budgets)), 5.2), layout="constrained")
    axes = figure.subplots(1, 1 + len(budgets), squeeze=False)[0]
    _draw(axes[0], table, NAMES, 1)
    axes[0].set(ylabel="mean squared error", title="reconstruction")
    if (table[table["figure"].isin(NAMES)]["mean"] > 0).all():
        axes[0].set_yscale("log")
    for ax, budget in zip(axes[1:], budgets, strict=True):
        metrics = [name for name in probes if name.endswith(f"_{budget}")]
        names = {name: name.removeprefix("test_").removesuffix(f"_{budget}").replace("_", " ") for name in metrics}
        _draw(ax, table, names, 100)
        ax.set(ylabel="test accuracy in %", title=f"probes with {budget} labels")
    for ax in axes:
        ax.axvline(recommended, color="grey", label=f"recommended: {recommended:.0f}")
        if dimension is not None:
            ax.axvline(dimension, color="grey", linestyle=":", label=f"intrinsic dimension: {dimension:.1f}")
        ax.set(xscale="log", xlabel="size of the code")
        ax.set_xticks(sorted(table["size"].unique()), map(str, sorted(table["size"].unique())))
        ax.xaxis.minorticks_off()
        ax.grid(alpha=0.3)
        ax.legend(frameon=False, fontsize=8, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.13))
    return figure


def _draw(ax: Axes, table: pd.DataFrame, names: dict[str, str], scale: float) -> None:
    """Draw the metrics that are in `names`, a line for each metric and code. Values are multiplied by `scale`."""
    for (code, metric), rows in table[table["figure"].isin(names)].groupby(["code", "figure"], sort=False):
        code_name, colour, style = STYLES[code]
        marker = "o" if metric == next(iter(names)) else "x"
        label = f"{code_name}, {names[metric]}"
        ax.plot(rows["size"], scale * rows["mean"], marker=marker, color=colour, linestyle=style, label=label)
        low, high = (scale * (rows["mean"] + sign * rows["deviation"].fillna(0)) for sign in (-1, 1))
        ax.fill_between(rows["size"], low, high, color=colour, alpha=0.12, linewidth=0)
