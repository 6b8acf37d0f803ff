"""Score the code of a run by simple classifiers and clusterings, beside PCA with as many numbers.

Labels are drawn as in `compare`. Both codes get the same draws and are computed once.
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
ONE_DRAW = 0.5  # from this fraction of the labelled rows on, draws hardly differ, and one is enough


def score(evaluated: EvaluatedRun, seed: int, budgets: BudgetOptions, draws: DrawOptions) -> Score:
    """Return test accuracies of the code, and of PCA as `pca_test_...`.

    - `test_PROBE_N`, `test_PROBE_N_deviation`: mean and standard deviation over draws of N labels;
    - `test_PROBE_all`: with all labels;
    - `test_k_means`, `test_gaussian_mixture`, `..._deviation`: mean and standard deviation over as many seeds as there
      are draws.
    """
    dataset = evaluated.dataset
    codes = {"": (evaluated.train_codes, evaluated.test_codes)}
    fitted = pca.fit(dataset.x_train, evaluated.train_codes.shape[1])
    if fitted is not None:
        codes["pca_"] = pca.encode(fitted, dataset.x_train), pca.encode(fitted, dataset.x_test)
    label_counts = [*resolve_budgets(dataset, budgets.budgets), resolve_budget(dataset, None)]
    rows, metrics = [], {}
    jobs = list(itertools.product(codes, dict.fromkeys(label_counts)))
    for code, budget in progress.steps("probes", jobs):
        for name, probe in PROBES.items():
            accuracies = over_draws(probe, *codes[code], dataset, budget, draws.draws)
            key = f"{code}test_{name}_{'all' if budget == dataset.labelled else budget}"
            metrics[key] = float(np.mean(accuracies))
            if len(accuracies) > 1:
                metrics[f"{key}_deviation"] = float(np.std(accuracies, ddof=1))
            for draw, accuracy in enumerate(accuracies):
                rows.append((code.rstrip("_") or "code", name, budget, draw, accuracy))
    for (code, (train, test)), (name, new) in itertools.product(codes.items(), clustering.CLUSTERERS.items()):
        seeds = range(seed, seed + draws.draws)
        accuracies = [
            clustering.accuracy(
                new(dataset.classes, seed), train, dataset.y_train, test, dataset.y_test, dataset.classes
            )
            for seed in progress.steps(name.replace("_", " "), seeds)
        ]
        metrics |= {
            f"{code}test_{name}": float(np.mean(accuracies)),
            f"{code}test_{name}_deviation": float(np.std(accuracies, ddof=1)),
        }
    table = pd.DataFrame(rows, columns=["code", "probe", "labels", "draw", "test_accuracy"])
    return Score(metrics, {"accuracy_against_labels.png": _figure(table)}, {"probes.csv": table})


def over_draws(
    probe: probes.Probe, codes: np.ndarray, codes_test: np.ndarray, dataset: Dataset, budget: int, draws: int
) -> list[float]:
    """Return test accuracies of a probe with draws 0, 1, ... of `budget` labels.

    With half of the labels or more, there is only one draw.
    """
    if budget == dataset.labelled:
        drawn = [np.flatnonzero(dataset.y_train != UNLABELLED)]
    else:
        draws = draws if budget < ONE_DRAW * dataset.labelled else 1
        drawn = [label_draw(dataset, budget, draw) for draw in range(draws)]
    return [probe(codes[rows], dataset.y_train[rows], codes_test, dataset.y_test) for rows in drawn]


def _figure(table: pd.DataFrame) -> Figure:
    """Draw accuracy in % against the number of labels: means, with standard deviations as bands."""
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    ax = figure.subplots()
    for (code, name), rows in table.groupby(["code", "probe"]):
        by_labels = 100 * rows.groupby("labels")["test_accuracy"].agg(["mean", "std"]).fillna(0)
        (line,) = ax.plot(by_labels.index, by_labels["mean"], marker="o", label=f"{code}, {name.replace('_', ' ')}")
        low, high = by_labels["mean"] - by_labels["std"], by_labels["mean"] + by_labels["std"]
        ax.fill_between(by_labels.index, low, high, color=line.get_color(), alpha=0.15, linewidth=0)
    ax.set(xscale="log", xlabel="labels", ylabel="test accuracy in %")
    ax.grid(alpha=0.3)
    ax.legend(frameon=False)
    return figure
