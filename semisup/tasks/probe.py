"""The code of a run by what simple classifiers and clusterings find in it, beside PCA with as many numbers.

Labels are drawn as in `compare`: the same draws for both codes, which are computed once.
"""

import itertools

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from semisup.baselines import pca
from semisup.data.dataset import UNLABELLED, Dataset
from semisup.data.label_draw import label_draw, resolve_budget, resolve_budgets
from semisup.settings.tasks import BudgetOptions, DrawOptions
from semisup.system import progress
from semisup.tasks import clustering, probes
from semisup.tasks.task import EvaluatedRun, Score

PROBES = {"linear": probes.linear, "nearest_neighbour": probes.nearest_neighbour}
ONE_DRAW = 0.5  # share of the labelled rows from which on draws are much the same, and one is enough


def score(evaluated: EvaluatedRun, seed: int, budgets: BudgetOptions, draws: DrawOptions) -> Score:
    """Test accuracies: `test_PROBE_N` with N labels, the mean over the draws, and its standard deviation
    `test_PROBE_N_deviation`; `test_PROBE_all`; `test_k_means` and `test_gaussian_mixture`, the mean over the draws'
    seeds; the same of PCA, `pca_test_...`."""
    dataset = evaluated.dataset
    codes = {"": (evaluated.train_codes, evaluated.test_codes)}
    fitted = pca.fit(dataset.x_train, evaluated.train_codes.shape[1])
    if fitted is not None:
        codes["pca_"] = pca.encode(fitted, dataset.x_train), pca.encode(fitted, dataset.x_test)
    numbers = [*resolve_budgets(dataset, budgets.budgets), resolve_budget(dataset, 1.0)]
    rows, figures = [], {}
    jobs = list(itertools.product(codes, dict.fromkeys(numbers)))
    for code, budget in progress.steps("probes", jobs):
        for name, probe in PROBES.items():
            accuracies = over_draws(probe, *codes[code], dataset, budget, draws.draws)
            key = f"{code}test_{name}_{'all' if budget == dataset.labelled else budget}"
            figures[key] = float(np.mean(accuracies))
            if len(accuracies) > 1:
                figures[f"{key}_deviation"] = float(np.std(accuracies, ddof=1))
            for draw, accuracy in enumerate(accuracies):
                rows.append((code.rstrip("_") or "code", name, budget, draw, accuracy))
    for (code, of), (name, new) in itertools.product(codes.items(), clustering.CLUSTERERS.items()):
        seeds = range(seed, seed + draws.draws)
        found = [
            clustering.accuracy(
                new(dataset.classes, seed), of[0], dataset.y_train, of[1], dataset.y_test, dataset.classes
            )
            for seed in progress.steps(name.replace("_", " "), seeds)
        ]
        figures |= {
            f"{code}test_{name}": float(np.mean(found)),
            f"{code}test_{name}_deviation": float(np.std(found, ddof=1)),
        }
    table = pd.DataFrame(rows, columns=["code", "probe", "labels", "draw", "test_accuracy"])
    return Score(figures, {"accuracy_against_labels.png": _picture(table)}, {"probes.csv": table})


def over_draws(
    probe: probes.Probe, codes: np.ndarray, codes_test: np.ndarray, dataset: Dataset, budget: int, draws: int
) -> list[float]:
    """Test accuracies with draws 0, 1, ... of so many labels; one, with all or nearly all labels."""
    if budget == dataset.labelled:
        drawn = [np.flatnonzero(dataset.y_train != UNLABELLED)]
    else:
        draws = draws if budget < ONE_DRAW * dataset.labelled else 1
        drawn = [label_draw(dataset, budget, draw) for draw in range(draws)]
    return [probe(codes[rows], dataset.y_train[rows], codes_test, dataset.y_test) for rows in drawn]


def _picture(table: pd.DataFrame) -> Figure:
    """Accuracy in % against the number of labels: means, and standard deviations as bands."""
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    ax = figure.subplots()
    for (code, name), of in table.groupby(["code", "probe"]):
        by_labels = 100 * of.groupby("labels")["test_accuracy"].agg(["mean", "std"]).fillna(0)
        (line,) = ax.plot(by_labels.index, by_labels["mean"], marker="o", label=f"{code}, {name.replace('_', ' ')}")
        low, high = by_labels["mean"] - by_labels["std"], by_labels["mean"] + by_labels["std"]
        ax.fill_between(by_labels.index, low, high, color=line.get_color(), alpha=0.15, linewidth=0)
    ax.set(xscale="log", xlabel="labels", ylabel="test accuracy in %")
    ax.grid(alpha=0.3)
    ax.legend(frameon=False)
    return figure
