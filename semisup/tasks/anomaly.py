"""Anomaly detection: each class in turn is the normal one, and all other classes are anomalies.

Training sees no anomalies (the one-class protocol; Ruff et al. 2018). A fifth of the labelled training rows of the
normal class is held out to set the threshold. The rest trains an autoencoder with the settings of the run, and the
other detectors. Labels only say which rows are normal. For the metrics `labelled`, a few labelled anomalies are added.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import roc_auc_score

from semisup import networks
from semisup.data.dataset import Dataset
from semisup.errors import InputError
from semisup.metrics import conformal
from semisup.runs import read
from semisup.settings import PretrainSettings
from semisup.settings.tasks import DrawOptions
from semisup.system import progress
from semisup.tasks import anomaly_peers, anomaly_plots, labelled_anomalies, one_class
from semisup.tasks.task import EvaluatedRun, Score

HELD_OUT = 0.2  # fraction of a class's rows that sets the threshold
RATE = 0.05  # nominal rate of false alarms
HEADLINE = "combined"  # the score that labelled anomalies are added to, and that chooses the inputs to draw
OTHERS = 9  # classes at most that labelled anomalies are drawn from, each in turn


class Found(NamedTuple):
    """Results with one class as the normal one.

    Attributes:
        rows: rows of `scores.csv`, one for each score.
        labelled: rows of `labelled.csv`, one for each other class and draw.
        shown: (2, ...) the most anomalous of all test inputs, and the most anomalous test input of the class itself.
        output: (2, ...) their reconstructions by the autoencoder.
    """

    rows: list[dict]
    labelled: list[dict]
    shown: np.ndarray
    output: np.ndarray


def score(evaluated: EvaluatedRun, seed: int, draws: DrawOptions) -> Score:
    """Score the run. All metrics are means over the normal classes.

    With SCORE one of `one_class.scores` or one of PyOD's detectors:

    - `test_auroc_SCORE`: area under the ROC curve;
    - `test_false_alarms_SCORE`, `test_detected_SCORE`: fractions of the normal and of the anomalous test rows above a
      threshold that is set for 5 % false alarms;
    - `test_auroc_labelled`: AUROC with 1 % labelled anomalies of one other class. It is also a mean over these other
      classes and over the draws. `test_auroc_labelled_deviation` is the standard deviation over the draws;
    - `test_auroc_labelled_unseen`, `..._deviation`: the same without the test rows of that other class.

    Raises:
        InputError: a class has fewer than 2 labelled training rows, or the test set has one class only.
        FloatingPointError: the loss of an autoencoder became NaN or infinite.
    """
    dataset = evaluated.dataset
    counts = np.bincount(dataset.y_train[dataset.y_train >= 0], minlength=dataset.classes)
    if counts.min() < 2:
        raise InputError(
            f"task: anomaly expects at least 2 labelled training rows of each class, found {counts.min()} of class "
            f"{dataset.class_names[counts.argmin()]} in {dataset.name}"
        )
    present = np.unique(dataset.y_test)
    if len(present) < 2:
        raise InputError(
            f"task: anomaly expects at least two classes among the test rows, found {dataset.class_names[present[0]]} "
            f"only in {dataset.name}"
        )
    pretrain = read.read_settings(evaluated.run.run_id)
    peers = anomaly_peers.available()
    results = [_one(dataset, c, pretrain, peers, seed, draws.draws) for c in progress.steps("normal classes", present)]
    table = pd.DataFrame([row for each in results for row in each.rows])
    labelled = pd.DataFrame([row for each in results for row in each.labelled])
    return Score(
        _means(table) | _labelled_means(labelled),
        {"auroc.png": anomaly_plots.areas(table)} | _differences(results, [dataset.class_names[c] for c in present]),
        {"scores.csv": table, "labelled.csv": labelled},
        _summary(table, labelled, peers),
    )


def _one(dataset: Dataset, c: int, pretrain: PretrainSettings, peers: list[str], seed: int, draws: int) -> Found:
    """Fit to the normal class `c` and score the test set."""
    rows = np.random.default_rng([seed, c]).permutation(np.flatnonzero(dataset.y_train == c))
    held = int(HELD_OUT * len(rows))  # number of rows held out
    fit, x, anomalous = dataset.x_train[rows[held:]], dataset.x_test, dataset.y_test != c
    both = np.concatenate([dataset.x_train[rows[:held]], x])  # held-out and test rows are scored together
    normal = one_class.fit(pretrain, fit, seed)
    views = one_class.views(normal, both)
    scores = one_class.scores(normal, views)
    flat, flat_fit = (part.reshape(len(part), -1) for part in (both, fit))
    scores |= {name: anomaly_peers.scores(name, flat_fit, flat, seed) for name in peers}
    table = []
    for name, values in scores.items():
        alarm = values[held:] > conformal.threshold(values[:held], RATE)
        table.append(
            {
                "normal": dataset.class_names[c],
                "score": name,
                "test_auroc": roc_auc_score(anomalous, values[held:]),
                "test_false_alarms": alarm[~anomalous].mean(),
                "test_detected": alarm[anomalous].mean(),
            }
        )
    test = scores[HEADLINE][held:]
    margins = partial(labelled_anomalies.margin, normal, x, views["inputs"][held:])
    shown = [test.argmax(), np.where(anomalous, -np.inf, test).argmax()]
    output = networks.predict(normal.autoencoder.decoder, networks.predict(normal.autoencoder.encoder, x[shown]))
    return Found(table, _labelled(dataset, c, len(fit), test, margins, seed, draws), x[shown], output)


def _labelled(
    dataset: Dataset,
    c: int,
    fitted: int,
    test: np.ndarray,
    margins: Callable[[np.ndarray], np.ndarray],
    seed: int,
    draws: int,
) -> list[dict]:
    """Score the test rows again, with labelled anomalies of one other class at a time.

    Args:
        dataset: the data.
        c: the normal class.
        fitted: number of normal rows fitted to. It determines the number of labelled anomalies.
        test: (m,) scores of the test rows without labels.
        margins: function from (a, ...) labelled anomalies to the (m,) margins that they add to these scores.
        seed: seed of the draws.
        draws: number of draws.

    Returns:
        Rows of `labelled.csv`.
    """
    others, table = np.setdiff1d(np.arange(dataset.classes), c), []
    for draw in range(draws):
        rng = np.random.default_rng([seed, c, draw])
        for other in np.sort(rng.permutation(others)[:OTHERS]):
            pool = np.flatnonzero(dataset.y_train == other)
            drawn = rng.permutation(pool)[: labelled_anomalies.count(fitted)]
            raised = test + margins(dataset.x_train[drawn])
            unseen = dataset.y_test != other
            table.append(
                {
                    "normal": dataset.class_names[c],
                    "anomalies": dataset.class_names[other],
                    "draw": draw,
                    "rows": len(drawn),
                    "test_auroc": roc_auc_score(dataset.y_test != c, raised),
                    "test_auroc_unseen": _auroc(dataset.y_test[unseen] != c, raised[unseen]),
                }
            )
    return table


def _auroc(anomalous: np.ndarray, values: np.ndarray) -> float:
    """Return the AUROC, NaN if all rows are normal or all are anomalous."""
    return roc_auc_score(anomalous, values) if len(np.unique(anomalous)) == 2 else np.nan


def _means(table: pd.DataFrame) -> dict[str, float]:
    measures = ("test_auroc", "test_false_alarms", "test_detected")
    means = table.groupby("score", sort=False)[list(measures)].mean()
    return {f"{measure}_{name}": float(means.loc[name, measure]) for measure in measures for name in means.index}


def _labelled_means(table: pd.DataFrame) -> dict[str, float]:
    metrics = {}
    for key, column in {"labelled": "test_auroc", "labelled_unseen": "test_auroc_unseen"}.items():
        by_draw = table.groupby("draw")[column].mean().dropna()
        if len(by_draw):
            metrics |= {
                f"test_auroc_{key}": float(by_draw.mean()),
                f"test_auroc_{key}_deviation": float(by_draw.std(ddof=1)),
            }
    return metrics


def _differences(results: list[Found], class_names: list[str]) -> dict[str, Figure]:
    titles = {
        "most_anomalous.png": "the most anomalous of all test inputs",
        "odd_ones.png": "the most anomalous test inputs of the normal class itself",
    }
    x, output = (np.stack([getattr(each, part) for each in results], axis=1) for part in ("shown", "output"))
    return {
        name: anomaly_plots.where_they_differ(x[kind], output[kind], class_names, title)
        for kind, (name, title) in enumerate(titles.items())
    }


def _summary(table: pd.DataFrame, labelled: pd.DataFrame, peers: list[str]) -> list[str]:
    means = 100 * table.groupby("score", sort=False)[["test_auroc", "test_false_alarms", "test_detected"]].mean()
    headline = means.loc[HEADLINE]
    sentences = [
        f"{len(table['normal'].unique())} one-class problems: mean test AUROC {headline['test_auroc']:.1f} % by the "
        f"combined score, {100 * labelled['test_auroc'].mean():.1f} % with {100 * labelled_anomalies.SHARE:g} % "
        "labelled anomalies of one other class",
        f"a threshold set for {100 * RATE:g} % false alarms gives {headline['test_false_alarms']:.1f} % of them on the "
        f"test set and detects {headline['test_detected']:.1f} % of the anomalies",
    ]
    missing = [name.replace("_", " ").replace("pyod", "PyOD's") for name in anomaly_peers.NAMES if name not in peers]
    if missing:
        needed = "'semisup[anomaly]'" if len(missing) == len(anomaly_peers.NAMES) else "torch"
        sentences.append(f"left out: {', '.join(missing)}; to compare with them: pip install {needed}")
    return sentences
