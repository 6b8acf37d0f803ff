"""Codes in two dimensions, with the circles within which a standard normal would lie."""

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle
from sklearn.decomposition import PCA

MOST = 5000  # points in a picture
RADII = (1, 2, 3)  # of a standard normal in the plane 39, 86 and 99 % lie within


def codes(by_run: dict[str, np.ndarray], y: np.ndarray, class_names: list[str]) -> Figure:
    """A pair of axes a run, each on its own scale, coloured by class.

    Codes of more than two numbers are shown along their first two principal axes, and not centred: 0 stays where it is,
    and N(0, I) stays standard normal.

    Args:
        by_run: (n, code_size) codes by title.
        y: (n,) classes; -1, drawn in grey, where there is none.
        class_names: of the classes.
    """
    figure = Figure(figsize=(5.2 * len(by_run) + 1, 5), layout="constrained")
    colours = colormaps["tab10" if len(class_names) <= 10 else "gist_ncar"]
    colours = colours(np.arange(10) if len(class_names) <= 10 else np.linspace(0, 0.95, len(class_names)))
    colours = np.vstack([colours[: len(class_names)], [0.83, 0.83, 0.83, 1]])  # the last is that of -1
    some = np.random.default_rng(0).permutation(len(y))[:MOST]
    for ax, (name, of) in zip(figure.subplots(1, len(by_run), squeeze=False).flat, by_run.items(), strict=True):
        plane, axis = _plane(of)
        ax.scatter(*plane[some].T, s=3, c=colours[y[some]], linewidths=0)
        for radius in RADII:
            ax.add_patch(Circle((0, 0), radius, fill=False, linewidth=1))
        ax.plot(0, 0, "k+")
        ax.set(title=name, xlabel=f"{axis} 1", ylabel=f"{axis} 2", aspect="equal")
        ax.autoscale_view()
    handles = [Line2D([], [], color="black", linewidth=1)]
    names = ["standard normal:\nradii 1, 2, 3"]
    if len(class_names) <= 20:
        handles += [Line2D([], [], marker="o", linestyle="", color=c) for c in colours[: len(class_names)]]
        names += class_names
    figure.legend(handles, names, loc="outside right center", frameon=False, fontsize=8)
    return figure


def _plane(of: np.ndarray) -> tuple[np.ndarray, str]:
    """(n, 2) points, and what their numbers are; the second is 0 where there is one only."""
    if of.shape[1] == 1:
        return np.column_stack([of, np.zeros(len(of))]), "code"
    if of.shape[1] == 2:
        return of, "code"
    return of @ PCA(2, random_state=0).fit(of).components_.T, "principal axis"
