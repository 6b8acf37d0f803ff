"""Anomalies: each class in turn is the normal one and all others are anomalies, which training never sees (the
one-class protocol; Ruff et al. 2018).

A fifth of a class's labelled training rows is held out for the threshold, the rest trains an autoencoder with the run's
settings and whatever else scores. Labels say which rows are normal, and with `labelled` which few are anomalies.
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

HELD_OUT = 0.2  # share of a class's rows that sets the threshold
RATE = 0.05  # of false alarms, nominal
HEADLINE = "combined"  # what labelled anomalies are added to, and what is drawn
OTHERS = 9  # classes that labelled anomalies are drawn from, each in turn, at most


class Found(NamedTuple):
    """Of one class as the normal one.

    Attributes:
        rows: of `scores.csv`, one a score.
        labelled: of `labelled.csv`, one for each other class and draw.
        shown: (2, ...) the most anomalous test input of all, and of the class itself.
        output: (2, ...) what the autoencoder makes of them.
    """

    rows: list[dict]
    labelled: list[dict]
    shown: np.ndarray
    output: np.ndarray


def score(evaluated: EvaluatedRun, seed: int, draws: DrawOptions) -> Score:
    """Means over the normal classes: `test_auroc_SCORE`, `test_false_alarms_SCORE` and `test_detected_SCORE` (shares
    of normal and of anomalous test rows above a threshold for 5 % of false alarms); SCORE is one of
    `one_class.scores` or one of PyOD's detectors. `test_auroc_labelled`, with 1 % labelled anomalies of one other
    class, is also a mean over those classes and over the draws, with the standard deviation of the draws;
    `test_auroc_labelled_unseen` leaves the test rows of that class out.

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
    found = [_one(dataset, c, pretrain, peers, seed, draws.draws) for c in progress.steps("normal classes", present)]
    table = pd.DataFrame([row for each in found for row in each.rows])
    labelled = pd.DataFrame([row for each in found for row in each.labelled])
    return Score(
        _means(table) | _labelled_means(labelled),
        {"auroc.png": anomaly_plots.areas(table)} | _differences(found, [dataset.class_names[c] for c in present]),
        {"scores.csv": table, "labelled.csv": labelled},
        _summary(table, labelled, peers),
    )


def _one(dataset: Dataset, c: int, pretrain: PretrainSettings, peers: list[str], seed: int, draws: int) -> Found:
    """Fit to class `c` and score the test set."""
    rows = np.random.default_rng([seed, c]).permutation(np.flatnonzero(dataset.y_train == c))
    held = int(HELD_OUT * len(rows))
    fit, x, anomalous = dataset.x_train[rows[held:]], dataset.x_test, dataset.y_test != c
    both = np.concatenate([dataset.x_train[rows[:held]], x])  # one pass over the held-out and the test rows
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
    """With labelled anomalies of one other class at a time, beside so many fitted rows, the test rows scored again."""
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
                    "test_auroc_unseen": _area(dataset.y_test[unseen] != c, raised[unseen]),
                }
            )
    return table


def _area(anomalous: np.ndarray, values: np.ndarray) -> float:
    """The AUROC, NaN where there is one kind of row only."""
    return roc_auc_score(anomalous, values) if len(np.unique(anomalous)) == 2 else np.nan


def _means(table: pd.DataFrame) -> dict[str, float]:
    measures = ("test_auroc", "test_false_alarms", "test_detected")
    means = table.groupby("score", sort=False)[list(measures)].mean()
    return {f"{measure}_{name}": float(means.loc[name, measure]) for measure in measures for name in means.index}


def _labelled_means(table: pd.DataFrame) -> dict[str, float]:
    figures = {}
    for key, column in {"labelled": "test_auroc", "labelled_unseen": "test_auroc_unseen"}.items():
        by_draw = table.groupby("draw")[column].mean().dropna()
        if len(by_draw):
            figures |= {
                f"test_auroc_{key}": float(by_draw.mean()),
                f"test_auroc_{key}_deviation": float(by_draw.std(ddof=1)),
            }
    return figures


def _differences(found: list[Found], class_names: list[str]) -> dict[str, Figure]:
    titles = {
        "most_anomalous.png": "the most anomalous of all test inputs",
        "odd_ones.png": "the most anomalous test inputs of the normal class itself",
    }
    x, output = (np.stack([getattr(each, part) for each in found], axis=1) for part in ("shown", "output"))
    return {
        name: anomaly_plots.where_they_differ(x[kind], output[kind], class_names, title)
        for kind, (name, title) in enumerate(titles.items())
    }


def _summary(table: pd.DataFrame, labelled: pd.DataFrame, peers: list[str]) -> list[str]:
    means = 100 * table.groupby("score", sort=False)[["test_auroc", "test_false_alarms", "test_detected"]].mean()
    found = means.loc[HEADLINE]
    sentences = [
        f"{len(table['normal'].unique())} one-class problems: mean test AUROC {found['test_auroc']:.1f} % by the "
        f"combined score, {100 * labelled['test_auroc'].mean():.1f} % with {100 * labelled_anomalies.SHARE:g} % "
        "labelled anomalies of one other class",
        f"a threshold for {100 * RATE:g} % of false alarms gives {found['test_false_alarms']:.1f} % of them on the "
        f"test set and finds {found['test_detected']:.1f} % of the anomalies",
    ]
    missing = [name.replace("_", " ").replace("pyod", "PyOD's") for name in anomaly_peers.NAMES if name not in peers]
    if missing:
        needed = "'semisup[anomaly]'" if len(missing) == len(anomaly_peers.NAMES) else "torch"
        sentences.append(f"left out: {', '.join(missing)}; to compare with them: pip install {needed}")
    return sentences
