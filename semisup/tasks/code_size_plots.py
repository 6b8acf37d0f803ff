"""The picture of a sweep over sizes of code."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

STYLES = {"code": ("network", "C0", "-"), "pca": ("PCA", "C1", "--")}  # by code: name, colour and kind of line
NAMES = {"held_out_mse": "held out", "test_mse": "test"}


def against_size(table: pd.DataFrame, recommended: float, dimension: float | None) -> Figure:
    """Reconstruction error on the rows held out and on the test set, and, where there are labels, the test accuracy of
    probes with its standard deviation as a band, against the size of the code.

    Args:
        table: the columns code, size, figure, mean and deviation (NaN where there is none).
        recommended: the size marked by a solid line.
        dimension: the intrinsic dimension, marked by a dotted line.
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
        of = [name for name in probes if name.endswith(f"_{budget}")]
        names = {name: name.removeprefix("test_").removesuffix(f"_{budget}").replace("_", " ") for name in of}
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
    """The figures that have names, a line for each and each code."""
    for (code, figure), of in table[table["figure"].isin(names)].groupby(["code", "figure"], sort=False):
        of_code, colour, style = STYLES[code]
        marker = "o" if figure == next(iter(names)) else "x"
        label = f"{of_code}, {names[figure]}"
        ax.plot(of["size"], scale * of["mean"], marker=marker, color=colour, linestyle=style, label=label)
        low, high = (scale * (of["mean"] + sign * of["deviation"].fillna(0)) for sign in (-1, 1))
        ax.fill_between(of["size"], low, high, color=colour, alpha=0.12, linewidth=0)
