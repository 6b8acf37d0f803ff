"""What the code makes of the shape of the data: paths through it, its single numbers, its dimension, and maps of it.

Interpolation in the code against that of pixels is how autoencoders are commonly judged by eye; here the points of the
paths are scored (cf. Berthelot et al. 2019).
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

INNER = slice(1, -1)  # the points of a path that are not its ends
ENDS = [0, -1]
SHOWN_PAIRS = 6
TRAVERSED = 10  # numbers of the code
PERCENTILES = np.linspace(2, 98, 9)
MAP_SIDE = 20  # decoded inputs
CODES_DRAWN = 1000


def score(evaluated: EvaluatedRun, seed: int) -> Score:
    """Figures of the test set, means over pairs of test inputs of different classes (of any, where there are no
    labels), and where there are labels both for `confidence` and for `distance`:

    - `test_confidence_PATH`, of the inner points of the path through the `code`, the `pixels` and the pixels of the two
      `reconstructions`: the largest probability of a class by a classifier of inputs; `..._error`, its standard error;
    - `test_confidence_inputs` and `test_confidence_ends`, of the test inputs and their reconstructions;
    - `test_confidence_code_minus_pixels`, `..._low` and `..._high`: the difference, paired, and its 95 % interval; and
      `..._code_minus_reconstructions`, which the blur of the decoder is no part of;
    - `test_distance_...`: to the nearest training input, over that of test inputs. Mean images are close to everything:
      a path of blurred images, or of blends, can be closer to the training inputs than test inputs are;
    - `test_classifier_accuracy`, of that classifier.

    And of the training set `dimension_inputs_ESTIMATE` and `dimension_codes_ESTIMATE` with `..._low` and `..._high`,
    where there are ten different rows.

    Raises:
        InputError: the run has no decoder, or the test set one row.
    """
    if evaluated.decoder is None:
        raise InputError(f"task: manifold expects a stage-one run, found {evaluated.run.run_id}, which has no decoder")
    dataset = evaluated.dataset
    paths = _paths(evaluated, seed)
    figures, summary, table = _scores(paths, dataset, seed)
    for name, of in (("inputs", dataset.x_train), ("codes", evaluated.train_codes)):
        for estimator, found in intrinsic_dimension.estimates(of, seed).items():
            key = f"dimension_{name}_{estimator}"
            figures |= {key: found.value, f"{key}_low": found.low, f"{key}_high": found.high}
            summary.append(
                f"intrinsic dimension of the {name}: {found.value:.1f} ({found.low:.1f} to {found.high:.1f}) by "
                f"{estimator.replace('_', ' ')} with {found.neighbours} neighbours"
            )
    pictures = {
        "paths.png": manifold_plots.paths(Paths(*(of[:SHOWN_PAIRS] for of in paths))),
        "path_scores.png": manifold_plots.scores(table),
        "traversals.png": _traversals(evaluated),
        "codes.png": _maps(evaluated, seed),
    }
    if evaluated.train_codes.shape[1] == 2:
        pictures["map.png"] = _decoded_map(evaluated, seed)
    return Score(figures, pictures, {"paths.csv": table}, summary)


def _paths(evaluated: EvaluatedRun, seed: int) -> Paths:
    x, y = evaluated.dataset.x_test, evaluated.dataset.y_test
    if len(x) < 2:
        raise InputError(f"task: manifold expects at least two test inputs, found one in {evaluated.dataset.name}")
    if evaluated.dataset.classes == 0 or np.ptp(y) == 0:
        y = np.arange(len(x))
    starts, ends = interpolation.pairs(y, interpolation.PAIRS, seed).T
    return interpolation.paths(evaluated.encoder, evaluated.decoder, x[starts], x[ends])


def _scores(paths: Paths, dataset: Dataset, seed: int) -> tuple[dict[str, float], list[str], pd.DataFrame]:
    """Figures, sentences, and the means of every point of the paths."""
    figures, summary, tables = {}, [], []
    measures = {"distance": lambda points: interpolation.distance(dataset.x_train, points)}
    if dataset.classes:
        judge = interpolation.judge(dataset, seed)
        probabilities = judge.predict_proba(dataset.x_test.reshape(len(dataset.x_test), -1))
        figures["test_classifier_accuracy"] = metrics.classification(dataset.y_test, probabilities)["test_accuracy"]
        measures = {"confidence": lambda points: interpolation.confidence(judge, points)} | measures
    for measure, of in measures.items():
        found = {name: of(points) for name, points in paths._asdict().items()}  # (pairs, STEPS) each
        if measure == "distance":
            unit = found["pixels"][:, ENDS].mean() or 1.0
            found = {name: values / unit for name, values in found.items()}
        figures |= {f"test_{measure}_{name}": value for name, value in _figures(found).items()}
        key = f"test_{measure}_code_minus_pixels"
        interval = (
            f" ({figures[f'{key}_low']:+.3f} to {figures[f'{key}_high']:+.3f})" if f"{key}_low" in figures else ""
        )
        summary.append(
            f"{measure} along paths: {figures[f'test_{measure}_code']:.3f} through the code, "
            f"{figures[f'test_{measure}_pixels']:.3f} through pixels, {figures[key]:+.3f}{interval}; "
            f"{figures[f'test_{measure}_inputs']:.3f} of test inputs, {figures[f'test_{measure}_ends']:.3f} of their "
            "reconstructions"
        )
        for name, values in found.items():
            errors = _standard_errors(values)
            for step, (mean, error) in enumerate(zip(values.mean(axis=0), errors, strict=True)):
                tables.append((measure, name, step / (values.shape[1] - 1), mean, error))
    return figures, summary, pd.DataFrame(tables, columns=["score", "path", "share", "mean", "standard_error"])


def _figures(found: dict[str, np.ndarray]) -> dict[str, float]:
    """Of the (pairs, STEPS) scores of each path."""
    figures = {"inputs": float(found["pixels"][:, ENDS].mean()), "ends": float(found["code"][:, ENDS].mean())}
    inner = {name: values[:, INNER].mean(axis=1) for name, values in found.items()}  # (pairs,) each
    for name, values in inner.items():
        figures[name] = float(values.mean())
        if len(values) > 1:
            figures[f"{name}_error"] = float(_standard_errors(values))
    for other in ("pixels", "reconstructions"):
        difference, key = statistics.paired(inner["code"], inner[other]).interval, f"code_minus_{other}"
        figures[key] = difference.value
        if np.isfinite(difference.low):
            figures |= {f"{key}_low": difference.low, f"{key}_high": difference.high}
    return figures


def _standard_errors(values: np.ndarray) -> np.ndarray:
    """Of the means over (pairs, ...); 0 for one pair."""
    return values.std(axis=0, ddof=1 if len(values) > 1 else 0) / np.sqrt(len(values))


def _traversals(evaluated: EvaluatedRun) -> Figure:
    """One row for each of the numbers that vary most, at percentiles of the training codes, in the code of the training
    input nearest to the median."""
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
    dataset = evaluated.dataset
    rows = np.random.default_rng(seed).permutation(len(dataset.x_test))[:CODES_DRAWN]
    y = dataset.y_test[rows] if dataset.classes else np.full(len(rows), UNLABELLED)
    maps = plots.maps(evaluated.test_codes[rows])
    return plots.scatters({f"test codes, {name}": (points, y) for name, points in maps.items()}, dataset.class_names)


def _decoded_map(evaluated: EvaluatedRun, seed: int) -> Figure:
    """Codes of two numbers between the first and the last of `PERCENTILES` of the training codes, decoded."""
    dataset, codes = evaluated.dataset, evaluated.train_codes
    low, high = np.percentile(codes, PERCENTILES[ENDS], axis=0)  # (2,) each
    high = np.where(high > low, high, low + 1)  # a number that says nothing
    centres = (np.arange(MAP_SIDE) + 0.5) / MAP_SIDE
    across, up = np.meshgrid(low[0] + (high[0] - low[0]) * centres, high[1] - (high[1] - low[1]) * centres)
    decoded = networks.predict(evaluated.decoder, np.stack([across, up], axis=-1).reshape(-1, 2).astype(np.float32))
    items = decoded.reshape(MAP_SIDE, MAP_SIDE, *decoded.shape[1:])
    rows = np.random.default_rng(seed).permutation(len(codes))[:CODES_DRAWN]
    return manifold_plots.decoded_map(items, low, high, codes[rows], dataset.y_train[rows], dataset.class_names)
