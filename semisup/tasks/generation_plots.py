"""Draw codes in two dimensions, with circles that show where a standard normal lies."""

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle
from sklearn.decomposition import PCA

MOST = 5000  # points in a figure
RADII = (1, 2, 3)  # 39, 86 and 99 % of a standard normal in the plane lie within them


def codes(by_run: dict[str, np.ndarray], y: np.ndarray, class_names: list[str]) -> Figure:
    """Draw the codes of each run in axes of their own scale, coloured by class.

    Codes of more than two numbers are projected onto their first two principal axes. They are not centred, so
    that 0 stays where it is and N(0, I) stays standard normal.

    Args:
        by_run: (n, code_size) codes by title of the run.
        y: (n,) classes, -1 (grey) where unknown.
        class_names: names of the classes.
    """
    figure = Figure(figsize=(5.2 * len(by_run) + 1, 5), layout="constrained")
    colours = colormaps["tab10" if len(class_names) <= 10 else "gist_ncar"]
    colours = colours(np.arange(10) if len(class_names) <= 10 else np.linspace(0, 0.95, len(class_names)))
    colours = np.vstack([colours[: len(class_names)], [0.83, 0.83, 0.83, 1]])  # the last colour is that of class -1
    some = np.random.default_rng(0).permutation(len(y))[:MOST]
    for ax, (name, points) in zip(figure.subplots(1, len(by_run), squeeze=False).flat, by_run.items(), strict=True):
        plane, axis = _plane(points)
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


def _plane(codes: np.ndarray) -> tuple[np.ndarray, str]:
    """Return codes as (n, 2) points, and the name of their axes. For codes of one number, the second one is 0."""
    if codes.shape[1] == 1:
        return np.column_stack([codes, np.zeros(len(codes))]), "code"
    if codes.shape[1] == 2:
        return codes, "code"
    return codes @ PCA(2, random_state=0).fit(codes).components_.T, "principal axis"
