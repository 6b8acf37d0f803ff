"""The effect of the code size: train the run's network and objective anew at each size, and recommend a size.

The recommended size is the smallest that explains at least 95 % of the variance that the best size explains. This is
measured by squared error on held-out training inputs. It is the common rule for the number of principal components
(Jolliffe 2002, section 6.1.1), applied to networks. It uses neither labels nor the test set. It is a rule for
reconstruction: simple classifiers with few labels can be better on a smaller code, as the probes show.
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

HELD_OUT = 0.2  # fraction of the training inputs
SHARE = 0.95  # the recommended size explains this fraction of the variance that the best size explains
OTHER_SHARES = (0.9, 0.99)  # the sizes by these fractions are reported too
LARGEST = 256  # largest default size
PROBE_LABELS = 100


class Code(NamedTuple):
    """A code: `encode` maps (n, ...) inputs to (n, code_size), `decode` maps back."""

    encode: Callable[[np.ndarray], np.ndarray]
    decode: Callable[[np.ndarray], np.ndarray]


def score(evaluated: EvaluatedRun, seed: int, sizes: SizeOptions, draws: DrawOptions) -> Score:
    """Score networks with codes of several sizes. They are trained on four fifths of the training inputs.

    For each size N:

    - `held_out_mse_N`, `test_mse_N`: mean squared errors on the last fifth and on the test set;
    - `test_PROBE_100_N`, `..._deviation`, if there are labels: test accuracy with 100 labels, mean and standard
      deviation over the draws;
    - `test_PROBE_all_N`, if there are labels: test accuracy with the labels of all training rows;
    - `pca_...`: the same metrics of PCA, if it loses anything at this size.

    And for the run:

    - `recommended`: the recommended size;
    - `recommended_90`, `recommended_99`: the sizes by other fractions of the variance;
    - `dimension`: intrinsic dimension of the training inputs by maximum likelihood.

    Args:
        evaluated: the run.
        seed: seed of the held-out rows, the initial weights and the order of the inputs.
        sizes: the sizes of the code.
        draws: the number of draws of labels.

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
            rows += [(name, size, metric, *values) for metric, values in scores.items()]
    table = pd.DataFrame(rows, columns=["code", "size", "figure", "mean", "deviation"])
    results, summary = _recommendations(table, float(dataset.x_train[held_out].var(axis=0).mean()))
    estimate = intrinsic_dimension.estimates(dataset.x_train, seed).get("maximum_likelihood")
    if estimate is not None:
        results["dimension"] = estimate.value
        summary.append(f"intrinsic dimension of the training inputs: {estimate.value:.1f}")
    results |= _by_size(table)
    figure = code_size_plots.against_size(table, results["recommended"], results.get("dimension"))
    return Score(results, {"against_size.png": figure}, {"code_size.csv": table}, summary)


def default_sizes(features: int) -> list[int]:
    """Return the powers of 2 from 2 to 256 that are below the number of features; [1] if there are none."""
    return [2**n for n in range(1, LARGEST.bit_length()) if 2**n < features] or [1]


def recommended(sizes: np.ndarray, errors: np.ndarray, variance: float, share: float = SHARE) -> int:
    """Return the smallest size that explains a given fraction of the variance that the best size explains.

    If no size explains any variance, the best size is returned.

    Args:
        sizes: (k,) sizes of the code.
        errors: (k,) mean squared errors of these sizes on held-out rows.
        variance: mean variance of a feature of these rows. It is the squared error of a code of no numbers.
        share: the fraction, in (0, 1].
    """
    explained = variance - errors
    enough = (explained >= share * explained.max()) & (explained > 0)
    return int(sizes[enough].min() if enough.any() else sizes[errors.argmin()])


def _network(settings: PretrainSettings, size: int, seed: int, x: np.ndarray) -> Code:
    """Train an autoencoder with this size of code and return its code."""
    settings = dataclasses.replace(settings, code_size=size, init_seed=seed, order_seed=seed)
    steps = autoencoder.total_steps(settings, len(x))
    with progress.training(f"code of {size}", steps, settings.batch_size) as report:
        new = autoencoder.trained(settings, x, report)
    return Code(lambda x: networks.predict(new.encoder, x), lambda codes: networks.predict(new.decoder, codes))


def _pca(fitted: PCA, shape: tuple[int, ...]) -> Code:
    """Return PCA as a code. Its reconstructions are clipped to [0, 1], the range of the inputs."""
    return Code(
        lambda x: pca.encode(fitted, x),
        lambda codes: np.clip(fitted.inverse_transform(codes), 0, 1).reshape(-1, *shape),
    )


def _scores(code: Code, dataset: Dataset, held_out: np.ndarray, draws: int) -> dict[str, tuple[float, float]]:
    """Return the metrics of one code by name: means, and standard deviations over draws, NaN if there is one draw."""
    train, test = code.encode(dataset.x_train), code.encode(dataset.x_test)
    pairs = {
        "held_out_mse": (dataset.x_train[held_out], train[held_out]),
        "test_mse": (dataset.x_test, test),
    }
    scores = {name: (metrics.mean_squared_error(x, code.decode(codes)), np.nan) for name, (x, codes) in pairs.items()}
    if dataset.classes == 0:
        return scores
    everything = resolve_budget(dataset, None)
    few = min(max(PROBE_LABELS, dataset.classes), everything)
    for budget in dict.fromkeys([few, everything]):
        for name, fit_and_score in probe.PROBES.items():
            accuracies = probe.over_draws(fit_and_score, train, test, dataset, budget, draws)
            deviation = float(np.std(accuracies, ddof=1)) if len(accuracies) > 1 else np.nan
            scores[f"test_{name}_{'all' if budget == everything else budget}"] = float(np.mean(accuracies)), deviation
    return scores


def _recommendations(table: pd.DataFrame, variance: float) -> tuple[dict[str, float], list[str]]:
    """Return the recommended sizes by name, and sentences about them."""
    errors = table[(table["code"] == "code") & (table["figure"] == "held_out_mse")]
    sizes, errors = errors["size"].to_numpy(), errors["mean"].to_numpy()
    chosen = recommended(sizes, errors, variance)
    others = {share: recommended(sizes, errors, variance, share) for share in OTHER_SHARES}
    summary = [
        f"recommended size of code: {chosen}, the smallest that explains {100 * SHARE:.0f} % of the variance that "
        "the best size explains, on held-out training inputs; "
        + ", ".join(f"{size} for {100 * share:.0f} %" for share, size in others.items())
    ]
    if chosen == sizes.max():
        summary.append("this is the largest size that was tried; larger ones may explain more")
    results = {"recommended": float(chosen)}
    return results | {f"recommended_{100 * share:.0f}": float(size) for share, size in others.items()}, summary


def _by_size(table: pd.DataFrame) -> dict[str, float]:
    """Return the metrics of the table by name."""
    results = {}
    for row in table.itertuples():
        prefix = "" if row.code == "code" else f"{row.code}_"
        results[f"{prefix}{row.figure}_{row.size}"] = row.mean
        if np.isfinite(row.deviation):
            results[f"{prefix}{row.figure}_{row.size}_deviation"] = row.deviation
    return results
