"""The shape of the data in the code: paths through the code, traversals of its numbers, its dimension, and maps of it.

Autoencoders are often judged by eye: interpolation in the code is compared with interpolation of pixels. Here the
points of both paths are scored (cf. Berthelot et al. 2019).
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from semisup import metrics, networks, plots
from semisup.data.dataset import UNLABELLED, Dataset
from semisup.errors import InputError
from semisup.metrics import statistics
from semisup.tasks import interpolation, intrinsic_dimension, manifold_plots
from semisup.tasks.interpolation import Paths
from semisup.tasks.task import EvaluatedRun, Score

INNER = slice(1, -1)  # points of a path without its ends
ENDS = [0, -1]
SHOWN_PAIRS = 6  # pairs in the figure of paths
TRAVERSED = 10  # numbers of the code in the figure of traversals
PERCENTILES = np.linspace(2, 98, 9)
MAP_SIDE = 20  # decoded inputs along a side of the map
CODES_DRAWN = 1000


def score(evaluated: EvaluatedRun, seed: int) -> Score:
    """Score paths between test inputs, and estimate the intrinsic dimension.

    The metrics of the test set are means over pairs of test inputs of different classes; without labels, of any pairs.
    PATH is `code`, `pixels` or `reconstructions` (the pixels of the two reconstructions):

    - `test_confidence_PATH`: largest class probability that a classifier of inputs gives to the inner points of the
      path; `..._error`: its standard error;
    - `test_confidence_inputs`, `test_confidence_ends`: the same for the test inputs and for their reconstructions;
    - `test_confidence_code_minus_pixels`, `..._low`, `..._high`: the paired difference and its 95 % interval;
    - `test_confidence_code_minus_reconstructions`: this difference does not contain the blur of the decoder;
    - `test_distance_...`: the same metrics for the distance to the nearest training input, divided by that of test
      inputs. Mean images are close to everything, so a path of blurred images or of blends can be closer to the
      training inputs than test inputs are;
    - `test_classifier_accuracy`: accuracy of the classifier.

    Without labels, there are no metrics of confidence. The metrics of the training set, if it has ten different rows,
    are `dimension_inputs_ESTIMATE` and `dimension_codes_ESTIMATE`, with `..._low` and `..._high`.

    Raises:
        InputError: the run has no decoder, or the test set has one row.
    """
    if evaluated.decoder is None:
        raise InputError(f"task: manifold expects a stage-one run, found {evaluated.run.run_id}, which has no decoder")
    dataset = evaluated.dataset
    paths = _paths(evaluated, seed)
    results, summary, table = _scores(paths, dataset, seed)
    for name, rows in (("inputs", dataset.x_train), ("codes", evaluated.train_codes)):
        for estimator, estimate in intrinsic_dimension.estimates(rows, seed).items():
            key = f"dimension_{name}_{estimator}"
            results |= {key: estimate.value, f"{key}_low": estimate.low, f"{key}_high": estimate.high}
            summary.append(
                f"intrinsic dimension of the {name}: {estimate.value:.1f} ({estimate.low:.1f} to {estimate.high:.1f}) "
                f"by {estimator.replace('_', ' ')} with {estimate.neighbours} neighbours"
            )
    figures = {
        "paths.png": manifold_plots.paths(Paths(*(points[:SHOWN_PAIRS] for points in paths))),
        "path_scores.png": manifold_plots.scores(table),
        "traversals.png": _traversals(evaluated),
        "codes.png": _maps(evaluated, seed),
    }
    if evaluated.train_codes.shape[1] == 2:
        figures["map.png"] = _decoded_map(evaluated, seed)
    return Score(results, figures, {"paths.csv": table}, summary)


def _paths(evaluated: EvaluatedRun, seed: int) -> Paths:
    """Return paths between test inputs of different classes; without labels, between any test inputs."""
    x, y = evaluated.dataset.x_test, evaluated.dataset.y_test
    if len(x) < 2:
        raise InputError(f"task: manifold expects at least two test inputs, found one in {evaluated.dataset.name}")
    if evaluated.dataset.classes == 0 or np.ptp(y) == 0:
        y = np.arange(len(x))
    starts, ends = interpolation.pairs(y, interpolation.PAIRS, seed).T
    return interpolation.paths(evaluated.encoder, evaluated.decoder, x[starts], x[ends])


def _scores(paths: Paths, dataset: Dataset, seed: int) -> tuple[dict[str, float], list[str], pd.DataFrame]:
    """Return the metrics of the paths, sentences about them, and a table with the means at each point of the paths."""
    results, summary, rows = {}, [], []
    measures = {"distance": lambda points: interpolation.distance(dataset.x_train, points)}
    if dataset.classes:
        judge = interpolation.judge(dataset, seed)
        probabilities = judge.predict_proba(dataset.x_test.reshape(len(dataset.x_test), -1))
        results["test_classifier_accuracy"] = metrics.classification(dataset.y_test, probabilities)["test_accuracy"]
        measures = {"confidence": lambda points: interpolation.confidence(judge, points)} | measures
    for measure, score_points in measures.items():
        by_path = {name: score_points(points) for name, points in paths._asdict().items()}  # (pairs, STEPS) each
        if measure == "distance":
            unit = by_path["pixels"][:, ENDS].mean() or 1.0
            by_path = {name: values / unit for name, values in by_path.items()}
        results |= {f"test_{measure}_{name}": value for name, value in _metrics(by_path).items()}
        key = f"test_{measure}_code_minus_pixels"
        interval = (
            f" ({results[f'{key}_low']:+.3f} to {results[f'{key}_high']:+.3f})" if f"{key}_low" in results else ""
        )
        summary.append(
            f"{measure} along paths: {results[f'test_{measure}_code']:.3f} through the code, "
            f"{results[f'test_{measure}_pixels']:.3f} through pixels, difference {results[key]:+.3f}{interval}; "
            f"{results[f'test_{measure}_inputs']:.3f} of test inputs, {results[f'test_{measure}_ends']:.3f} of their "
            "reconstructions"
        )
        for name, values in by_path.items():
            errors = _standard_errors(values)
            for step, (mean, error) in enumerate(zip(values.mean(axis=0), errors, strict=True)):
                rows.append((measure, name, step / (values.shape[1] - 1), mean, error))
    return results, summary, pd.DataFrame(rows, columns=["score", "path", "share", "mean", "standard_error"])


def _metrics(by_path: dict[str, np.ndarray]) -> dict[str, float]:
    """Return metrics of the (pairs, STEPS) scores of each path."""
    results = {"inputs": float(by_path["pixels"][:, ENDS].mean()), "ends": float(by_path["code"][:, ENDS].mean())}
    inner = {name: values[:, INNER].mean(axis=1) for name, values in by_path.items()}  # (pairs,) each
    for name, values in inner.items():
        results[name] = float(values.mean())
        if len(values) > 1:
            results[f"{name}_error"] = float(_standard_errors(values))
    for other in ("pixels", "reconstructions"):
        difference, key = statistics.paired(inner["code"], inner[other]).interval, f"code_minus_{other}"
        results[key] = difference.value
        if np.isfinite(difference.low):
            results |= {f"{key}_low": difference.low, f"{key}_high": difference.high}
    return results


def _standard_errors(values: np.ndarray) -> np.ndarray:
    """Return the standard errors of the means over the first axis of (pairs, ...) values; 0 for one pair."""
    return values.std(axis=0, ddof=1 if len(values) > 1 else 0) / np.sqrt(len(values))


def _traversals(evaluated: EvaluatedRun) -> Figure:
    """Draw a row for each of the `TRAVERSED` numbers of the code that vary most.

    The number takes the values of percentiles of the training codes. The other numbers are those of a typical code: the
    training code nearest to the median.
    """
    codes = evaluated.train_codes
    shown = codes.var(axis=0).argsort(kind="stable")[::-1][:TRAVERSED]
    typical = codes[np.square(codes - np.median(codes, axis=0)).sum(axis=1).argmin()]
    changed = np.tile(typical, (len(shown), len(PERCENTILES), 1))
    for row, number in enumerate(shown):
        changed[row, :, number] = np.percentile(codes[:, number], PERCENTILES)
    decoded = networks.predict(evaluated.decoder, changed.reshape(-1, codes.shape[1]))
    items = decoded.reshape(*changed.shape[:2], *decoded.shape[1:])
    return plots.grid_of_inputs(items, [f"code {n + 1}" for n in shown], [f"{p:.0f} %" for p in PERCENTILES])


def _maps(evaluated: EvaluatedRun, seed: int) -> Figure:
    """Draw maps of test codes in two dimensions, coloured by class."""
    dataset = evaluated.dataset
    rows = np.random.default_rng(seed).permutation(len(dataset.x_test))[:CODES_DRAWN]
    y = dataset.y_test[rows] if dataset.classes else np.full(len(rows), UNLABELLED)
    maps = plots.maps(evaluated.test_codes[rows])
    return plots.scatters({f"test codes, {name}": (points, y) for name, points in maps.items()}, dataset.class_names)


def _decoded_map(evaluated: EvaluatedRun, seed: int) -> Figure:
    """Draw inputs decoded from a grid of codes, for codes of two numbers.

    The grid reaches from the first to the last of `PERCENTILES` of the training codes.
    """
    dataset, codes = evaluated.dataset, evaluated.train_codes
    low, high = np.percentile(codes, PERCENTILES[ENDS], axis=0)  # (2,) each
    high = np.where(high > low, high, low + 1)  # a number of the code that does not vary
    centres = (np.arange(MAP_SIDE) + 0.5) / MAP_SIDE
    across, up = np.meshgrid(low[0] + (high[0] - low[0]) * centres, high[1] - (high[1] - low[1]) * centres)
    decoded = networks.predict(evaluated.decoder, np.stack([across, up], axis=-1).reshape(-1, 2).astype(np.float32))
    items = decoded.reshape(MAP_SIDE, MAP_SIDE, *decoded.shape[1:])
    rows = np.random.default_rng(seed).permutation(len(codes))[:CODES_DRAWN]
    return manifold_plots.decoded_map(items, low, high, codes[rows], dataset.y_train[rows], dataset.class_names)
