"""What a comparison draws. Every figure has one ink, which the page replaces by the colour of its text, so that it
can be read on light and on dark."""

import math
from collections.abc import Iterator

import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from semisup.comparison import sentences
from semisup.comparison.verdict import Verdict

INK = "#0b0c0d"
MARKERS = "os^Dv*PX"


def accuracy_against_labels(verdict: Verdict, title: str) -> Figure:
    """Test accuracy against the number of labels, one line a method: mean over the draws, band of its 95 % interval
    (one standard deviation where there are too few draws for one)."""
    figure = Figure(figsize=(8.5, 4.8), layout="constrained")
    ax = figure.subplots()
    for (name, by_labels), style in zip(verdict.methods.items(), _styles(), strict=False):
        known = {n: figures for n, figures in by_labels.items() if figures.draws}
        values = [figures.accuracy.value for figures in known.values()]
        ax.plot(list(known), values, markersize=5, label=name.replace("_", " "), **style)
        bands = [
            (f.accuracy.value - f.deviation, f.accuracy.value + f.deviation)
            if math.isnan(f.accuracy.low)
            else f.accuracy[1:]
            for f in known.values()
        ]
        width = 5 if len(known) == 1 else 0  # a band over one number of labels has no area: its edge has to show
        ax.fill_between(list(known), *zip(*bands, strict=True), color=style["color"], alpha=0.15, linewidth=width)
    _against_labels(ax, verdict, f"test {sentences.metric(verdict)}")
    ax.set_title(title)
    return _inked(figure)


def calibration_against_labels(verdict: Verdict, cells: pd.DataFrame) -> Figure:
    """Mean expected calibration error against the number of labels, one line a method."""
    figure = Figure(figsize=(8.5, 4.2), layout="constrained")
    ax = figure.subplots()
    for name, style in zip(verdict.methods, _styles(), strict=False):
        error = cells[cells["method"] == name].groupby("labels")["test_ece"].mean()
        ax.plot(error.index, error, markersize=5, label=name.replace("_", " "), **style)
    _against_labels(ax, verdict, "expected calibration error (lower is better)")
    ax.set_ylim(bottom=0)
    return _inked(figure)


def paired_differences(verdict: Verdict) -> Figure | None:
    """Difference of each method to the reference in points, with its 95 % interval, a panel a budget; filled where it
    is real after correction. None if there is no reference."""
    names = [name for name, by_labels in verdict.methods.items() if any(f.against.draws for f in by_labels.values())]
    budgets = [budget for budget in verdict.budgets if budget.reference]
    if not names or not budgets:
        return None
    figure = Figure(figsize=(2.2 + 2.3 * len(budgets), 1.3 + 0.32 * len(names)), layout="constrained")
    panels = figure.subplots(1, len(budgets), sharey=True, squeeze=False)[0]
    for ax, budget in zip(panels, budgets, strict=True):
        for row, name in enumerate(names):
            figures = verdict.methods[name][budget.labels]
            if figures.against.draws == 0:
                continue
            value, low, high = (100 * x for x in figures.against.interval)
            colour = "tab:blue" if value >= 0 else "tab:orange"
            face = colour if figures.real else "none"
            ax.plot([low, high], [row, row], color=colour, linewidth=1.5)
            ax.plot(value, row, marker="o", color=colour, markerfacecolor=face, markersize=6)
        ax.axvline(0, color=INK, linewidth=0.8)
        ax.grid(axis="x", alpha=0.3)
        ax.set_title(f"{budget.labels} labels", fontsize=10)
        ax.set_xlabel(f"points from\n{budget.reference.replace('_', ' ')}", fontsize=9)
    panels[0].set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
    panels[0].set_ylim(len(names) - 0.5, -0.5)
    return _inked(figure)


def time_of_methods(verdict: Verdict) -> Figure:
    """Median seconds of a draw, a row a method, a point a budget."""
    figure = Figure(figsize=(8.5, 1.2 + 0.32 * len(verdict.methods)), layout="constrained")
    ax = figure.subplots()
    shades = colormaps["viridis"]
    count = len(verdict.budgets)
    for column, budget in enumerate(verdict.budgets):
        seconds = [max(by_labels[budget.labels].seconds, 1e-3) for by_labels in verdict.methods.values()]
        colour = shades(0.15 + 0.7 * column / max(count - 1, 1))
        ax.plot(seconds, range(len(seconds)), "o", color=colour, label=f"{budget.labels} labels", alpha=0.9)
    ax.set_yticks(range(len(verdict.methods)), [name.replace("_", " ") for name in verdict.methods])
    ax.set(xscale="log", xlabel="seconds to train on a draw (median)", ylim=(len(verdict.methods) - 0.5, -0.5))
    ax.grid(axis="x", alpha=0.3)
    figure.legend(loc="outside right upper", frameon=False)
    return _inked(figure)


def _styles() -> Iterator[dict[str, str]]:
    """Ten colours, then the same with another marker and a broken line."""
    while True:
        for round_, marker in enumerate(MARKERS):
            for colour in range(10):
                yield {
                    "color": colormaps["tab10"](colour),
                    "marker": marker,
                    "linestyle": ("-", "--", ":", "-.")[round_ % 4],
                }


def _against_labels(ax: Axes, verdict: Verdict, what: str) -> None:
    labels = [budget.labels for budget in verdict.budgets]
    ax.set_xscale("log")
    ax.set_xticks(labels, [str(n) for n in labels])
    ax.minorticks_off()
    ax.set(xlabel="labels", ylabel=what)
    ax.grid(alpha=0.3)
    ax.figure.legend(loc="outside right upper", frameon=False)


def _inked(figure: Figure) -> Figure:
    for text in figure.findobj(Text):
        text.set_color(INK)
    for ax in figure.axes:
        ax.tick_params(which="both", color=INK, labelcolor=INK)
        for spine in ax.spines.values():
            spine.set_edgecolor(INK)
    return figure
