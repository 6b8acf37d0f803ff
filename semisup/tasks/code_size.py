"""What the size of the code does: the run's network and objective trained anew at each size, and a recommendation.

The recommendation is the smallest size that explains at least 95 % of the variance that the best of the sizes explains,
by squared error on training inputs that were held out: the rule by which principal components are commonly counted
(Jolliffe 2002, section 6.1.1), for networks. It sees neither labels nor the test set. It is for reconstruction: simple
classifiers with few labels can be better on a smaller code, which the probes show.
"""

import dataclasses
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA

from semisup import metrics, networks
from semisup.baselines import pca
from semisup.data.dataset import Dataset
from semisup.data.label_draw import resolve_budget
from semisup.errors import InputError
from semisup.objectives import autoencoder
from semisup.runs import read
from semisup.settings import PretrainSettings
from semisup.settings.tasks import DrawOptions, SizeOptions
from semisup.system import progress
from semisup.tasks import code_size_plots, intrinsic_dimension, probe
from semisup.tasks.task import EvaluatedRun, Score

HELD_OUT = 0.2  # share of the training inputs
SHARE = 0.95  # of the variance that the best size explains, to be explained by the recommended one
OTHER_SHARES = (0.9, 0.99)  # what they would recommend is told too
LARGEST = 256  # of the default sizes
PROBE_LABELS = 100


class Code(NamedTuple):
    """There and back: (n, ...) inputs to (n, code_size), and those to inputs."""

    encode: Callable[[np.ndarray], np.ndarray]
    decode: Callable[[np.ndarray], np.ndarray]


def score(evaluated: EvaluatedRun, seed: int, sizes: SizeOptions, draws: DrawOptions) -> Score:
    """For each size N, of networks trained on four fifths of the training inputs: `held_out_mse_N` on the last fifth;
    `test_mse_N`; and where there are labels `test_PROBE_100_N`, the mean over the draws, `..._deviation`, its standard
    deviation, and `test_PROBE_all_N`, with the labels of all training rows. PCA's, `pca_...`, where it loses anything.

    And `recommended`, the size; `recommended_90` and `recommended_99`, by other shares of the variance; `dimension`,
    the intrinsic dimension of the training inputs by maximum likelihood.

    `seed` chooses the rows that are held out, the initial weights and the order of the inputs.

    Raises:
        InputError: there are fewer than five training inputs, or the run's settings cannot be read.
        FloatingPointError: a loss became NaN or infinite.
    """
    dataset, run_settings = evaluated.dataset, read.read_settings(evaluated.run.run_id)
    if len(dataset.x_train) < 5:
        raise InputError(
            f"task: code_size expects at least five training inputs, found {len(dataset.x_train)} in {dataset.name}"
        )
    order = np.random.default_rng(seed).permutation(len(dataset.x_train))
    held_out, kept = np.split(order, [round(HELD_OUT * len(order))])
    x = dataset.x_train[kept]
    rows = []
    for size in sorted(set(sizes.sizes or default_sizes(x[0].size))):
        codes = {"code": _network(run_settings, size, seed, x)}
        fitted = pca.fit(x, size)
        if fitted is not None:
            codes["pca"] = _pca(fitted, dataset.shape)
        for name, code in codes.items():
            scores = _scores(code, dataset, held_out, draws.draws)
            rows += [(name, size, figure, *values) for figure, values in scores.items()]
    table = pd.DataFrame(rows, columns=["code", "size", "figure", "mean", "deviation"])
    figures, summary = _recommendations(table, float(dataset.x_train[held_out].var(axis=0).mean()))
    found = intrinsic_dimension.estimates(dataset.x_train, seed).get("maximum_likelihood")
    if found is not None:
        figures["dimension"] = found.value
        summary.append(f"intrinsic dimension of the training inputs: {found.value:.1f}")
    figures |= _figures(table)
    picture = code_size_plots.against_size(table, figures["recommended"], figures.get("dimension"))
    return Score(figures, {"against_size.png": picture}, {"code_size.csv": table}, summary)


def default_sizes(features: int) -> list[int]:
    """Powers of 2 from 2 on, below the number of features and at most 256; 1 where there are none."""
    return [2**n for n in range(1, LARGEST.bit_length()) if 2**n < features] or [1]


def recommended(sizes: np.ndarray, errors: np.ndarray, variance: float, share: float = SHARE) -> int:
    """The smallest size that explains this share of the variance that the best one explains.

    Args:
        sizes: (k,).
        errors: (k,) mean squared errors on rows held out.
        variance: of a feature of these rows on average: the squared error of their mean, a code of no numbers.
        share: in (0, 1]. Where no size explains any variance, the best one is returned.
    """
    explained = variance - errors
    enough = (explained >= share * explained.max()) & (explained > 0)
    return int(sizes[enough].min() if enough.any() else sizes[errors.argmin()])


def _network(settings: PretrainSettings, size: int, seed: int, x: np.ndarray) -> Code:
    settings = dataclasses.replace(settings, code_size=size, init_seed=seed, order_seed=seed)
    steps = autoencoder.total_steps(settings, len(x))
    with progress.training(f"code of {size}", steps, settings.batch_size) as report:
        new = autoencoder.trained(settings, x, report)
    return Code(lambda x: networks.predict(new.encoder, x), lambda codes: networks.predict(new.decoder, codes))


def _pca(fitted: PCA, shape: tuple[int, ...]) -> Code:
    """With its reconstructions kept in [0, 1], where the inputs are."""
    return Code(
        lambda x: pca.encode(fitted, x),
        lambda codes: np.clip(fitted.inverse_transform(codes), 0, 1).reshape(-1, *shape),
    )


def _scores(code: Code, dataset: Dataset, held_out: np.ndarray, draws: int) -> dict[str, tuple[float, float]]:
    """Figures of one code by name: means and, over draws, standard deviations, else NaN."""
    train, test = code.encode(dataset.x_train), code.encode(dataset.x_test)
    pairs = {
        "held_out_mse": (dataset.x_train[held_out], train[held_out]),
        "test_mse": (dataset.x_test, test),
    }
    scores = {name: (metrics.mean_squared_error(x, code.decode(of)), np.nan) for name, (x, of) in pairs.items()}
    if dataset.classes == 0:
        return scores
    everything = resolve_budget(dataset, 1.0)
    few = min(max(PROBE_LABELS, dataset.classes), everything)
    for budget in dict.fromkeys([few, everything]):
        for name, one in probe.PROBES.items():
            found = probe.over_draws(one, train, test, dataset, budget, draws)
            deviation = float(np.std(found, ddof=1)) if len(found) > 1 else np.nan
            scores[f"test_{name}_{'all' if budget == everything else budget}"] = float(np.mean(found)), deviation
    return scores


def _recommendations(table: pd.DataFrame, variance: float) -> tuple[dict[str, float], list[str]]:
    errors = table[(table["code"] == "code") & (table["figure"] == "held_out_mse")]
    sizes, errors = errors["size"].to_numpy(), errors["mean"].to_numpy()
    chosen = recommended(sizes, errors, variance)
    others = {share: recommended(sizes, errors, variance, share) for share in OTHER_SHARES}
    summary = [
        f"recommended size of code: {chosen}, the smallest that explains {100 * SHARE:.0f} % of the variance that the "
        "best of them explains, of training inputs that were held out; "
        + ", ".join(f"{size} for {100 * share:.0f} %" for share, size in others.items())
    ]
    if chosen == sizes.max():
        summary.append("it is the largest that was tried: larger ones may explain more")
    figures = {"recommended": float(chosen)}
    return figures | {f"recommended_{100 * share:.0f}": float(size) for share, size in others.items()}, summary


def _figures(table: pd.DataFrame) -> dict[str, float]:
    figures = {}
    for row in table.itertuples():
        prefix = "" if row.code == "code" else f"{row.code}_"
        figures[f"{prefix}{row.figure}_{row.size}"] = row.mean
        if np.isfinite(row.deviation):
            figures[f"{prefix}{row.figure}_{row.size}_deviation"] = row.deviation
    return figures
