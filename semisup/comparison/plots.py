"""Figures of a comparison.

Text and axes have one colour, `INK`. The page replaces it by the colour of its text, so that figures can be read on a
light and on a dark background.
"""

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
    """Draw the test metric against the number of labels, with one line per method.

    A line is the mean over the draws. The band is its 95 % interval, or one standard deviation if there are too few
    draws for an interval.
    """
    figure = Figure(figsize=(8.5, 4.8), layout="constrained")
    ax = figure.subplots()
    for (name, by_labels), style in zip(verdict.methods.items(), _styles(), strict=False):
        scored = {n: metrics for n, metrics in by_labels.items() if metrics.draws}
        values = [metrics.accuracy.value for metrics in scored.values()]
        ax.plot(list(scored), values, markersize=5, label=name.replace("_", " "), **style)
        bands = [
            (m.accuracy.value - m.deviation, m.accuracy.value + m.deviation)
            if math.isnan(m.accuracy.low)
            else m.accuracy[1:]
            for m in scored.values()
        ]
        width = 5 if len(scored) == 1 else 0  # a band over one number of labels has no area, so draw its edge
        ax.fill_between(list(scored), *zip(*bands, strict=True), color=style["color"], alpha=0.15, linewidth=width)
    _against_labels(ax, verdict, f"test {sentences.metric(verdict)}")
    ax.set_title(title)
    return _inked(figure)


def calibration_against_labels(verdict: Verdict, cells: pd.DataFrame) -> Figure:
    """Draw the mean expected calibration error against the number of labels, with one line per method."""
    figure = Figure(figsize=(8.5, 4.2), layout="constrained")
    ax = figure.subplots()
    for name, style in zip(verdict.methods, _styles(), strict=False):
        error = cells[cells["method"] == name].groupby("labels")["test_ece"].mean()
        ax.plot(error.index, error, markersize=5, label=name.replace("_", " "), **style)
    _against_labels(ax, verdict, "expected calibration error (lower is better)")
    ax.set_ylim(bottom=0)
    return _inked(figure)


def paired_differences(verdict: Verdict) -> Figure | None:
    """Draw the difference of each method from the reference in points, with its 95 % interval, in one panel per budget.

    A filled marker means that the difference is significant after correction. Return None if there is no reference.
    """
    names = [name for name, by_labels in verdict.methods.items() if any(m.against.draws for m in by_labels.values())]
    budgets = [budget for budget in verdict.budgets if budget.reference]
    if not names or not budgets:
        return None
    figure = Figure(figsize=(2.2 + 2.3 * len(budgets), 1.3 + 0.32 * len(names)), layout="constrained")
    panels = figure.subplots(1, len(budgets), sharey=True, squeeze=False)[0]
    for ax, budget in zip(panels, budgets, strict=True):
        for row, name in enumerate(names):
            metrics = verdict.methods[name][budget.labels]
            if metrics.against.draws == 0:
                continue
            value, low, high = (100 * x for x in metrics.against.interval)
            colour = "tab:blue" if value >= 0 else "tab:orange"
            face = colour if metrics.real else "none"
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
    """Draw the median seconds of a draw, with one row per method and one point per budget."""
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
    """Yield styles of lines without end: ten colours, then the same ten with another marker and line style."""
    while True:
        for round_, marker in enumerate(MARKERS):
            for colour in range(10):
                yield {
                    "color": colormaps["tab10"](colour),
                    "marker": marker,
                    "linestyle": ("-", "--", ":", "-.")[round_ % 4],
                }


def _against_labels(ax: Axes, verdict: Verdict, ylabel: str) -> None:
    """Set up axes whose horizontal axis is the number of labels."""
    labels = [budget.labels for budget in verdict.budgets]
    ax.set_xscale("log")
    ax.set_xticks(labels, [str(n) for n in labels])
    ax.minorticks_off()
    ax.set(xlabel="labels", ylabel=ylabel)
    ax.grid(alpha=0.3)
    ax.figure.legend(loc="outside right upper", frameon=False)


def _inked(figure: Figure) -> Figure:
    """Give all texts and axes of a figure the colour `INK`."""
    for text in figure.findobj(Text):
        text.set_color(INK)
    for ax in figure.axes:
        ax.tick_params(which="both", color=INK, labelcolor=INK)
        for spine in ax.spines.values():
            spine.set_edgecolor(INK)
    return figure
