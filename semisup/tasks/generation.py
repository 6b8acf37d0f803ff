"""Draw new inputs from the code of a run. Score how near they are to real inputs, and which defects the code has.

The real inputs are test inputs. Draws and real inputs, equally many, are compared by the features of a classifier that
is trained on the training inputs. A draw is the decoder's output, without the noise of a likelihood.
"""

import numpy as np

from semisup import networks, plots
from semisup.baselines import pca
from semisup.data.dataset import UNLABELLED, Dataset
from semisup.errors import InputError
from semisup.runs import read
from semisup.settings.objectives import OBJECTIVES
from semisup.settings.tasks import BesideOptions
from semisup.tasks import code_defects, code_draws, conditional_draws, generation_plots, sample_quality
from semisup.tasks.feature_classifier import FeatureClassifier, trained
from semisup.tasks.task import EvaluatedRun, Score

MOST = 10_000  # inputs of each kind, at most
SHOWN = 12  # inputs of each kind in the figure
BESIDE = "beside_"
READING = "an ideal code for draws from a normal is off centre by 0, has a class spread ratio of 1 and gaps of .05"


def score(evaluated: EvaluatedRun, seed: int, beside: BesideOptions) -> Score:
    """Score draws of new inputs.

    NAME is a generator of `code_draws.draws` (for a conditional run only `standard_normal`), `training` for training
    inputs, or `pca_mixture` for a mixture on as many principal components as the code has numbers:

    - `test_frechet_NAME`, `test_precision_NAME`, `test_recall_NAME`, `test_class_shift_NAME`: see `sample_quality`;
    - `test_wanted_class`: fraction of a conditional run's draws in which the classifier finds the wanted class;
    - `test_classifier_accuracy`: accuracy of this classifier on all test inputs.

    For a run that is not conditional (the codes of a variational run are drawn from its posterior):

    - `code_off_centre`, `code_class_spread_ratio`: see `code_defects`;
    - `code_gaps_standard_normal`, `code_gaps_gaussian`: fraction of these draws in gaps, see `code_defects`;
    - `test_confidence_midpoints`, `test_confidence_reconstructions`: mean of the classifier's largest probability for
      inputs decoded halfway between two test codes, and for inputs decoded from test codes.

    The metrics of a second run, if there is one, are called `beside_...`.

    Raises:
        InputError: the run has no decoder, or there are fewer than 2 test inputs.
    """
    if evaluated.decoder is None:
        raise InputError(
            f"task: generation expects a stage-one run, found {evaluated.run.run_id}, which has no decoder"
        )
    dataset = evaluated.dataset
    rows = min(MOST, len(dataset.x_train), len(dataset.x_test))
    if rows < 2:
        raise InputError(f"task: generation expects at least 2 test inputs, found {rows} in {dataset.name}")
    labelled = dataset.y_train != UNLABELLED
    classifier = trained(dataset.x_train[labelled], dataset.y_train[labelled], dataset.classes)
    real = _some(dataset.x_test, rows, seed)
    samples = {
        "training": _some(dataset.x_train, rows, seed),
        "pca_mixture": _drawn_by_pca(dataset, evaluated.encoder.output_shape[-1], rows, seed),
    }
    metrics = {"test_classifier_accuracy": _accuracy(classifier, dataset)}
    figures, tables, codes = {}, {}, {}  # codes by title of the run
    for prefix, run in {"": evaluated, BESIDE: evaluated.beside}.items():
        if run is None:
            continue
        if run.run.parameters.get("conditional"):
            drawn, run_score = conditional_draws.draws(run, classifier, rows, seed)
            drawn = {"standard_normal": drawn}
        else:
            title = f"{prefix.replace('_', ' ')}{run.run.parameters['objective']}, run {run.run.run_id[:8]}"
            codes[title] = _train_codes(run, seed)
            drawn, run_score = _drawn(run, codes[title], classifier, rows, seed)
        samples |= _prefixed(prefix, drawn)
        metrics |= _prefixed(prefix, run_score.metrics)
        figures |= _prefixed(prefix, run_score.figures)
        tables |= _prefixed(prefix, run_score.tables)
    metrics |= _qualities(classifier, real, samples)
    shown = np.stack([x[:SHOWN] for x in samples.values()])
    figures["draws.png"] = plots.grid_of_inputs(shown, [name.replace("_", "\n") for name in samples], [])
    if codes:
        figures["codes.png"] = generation_plots.codes(codes, dataset.y_train, dataset.class_names)
    return Score(metrics, figures, tables, [READING] if codes else [])


def _prefixed(prefix: str, by_name: dict) -> dict:
    return {prefix + name: value for name, value in by_name.items()}


def _some(x: np.ndarray, rows: int, seed: int) -> np.ndarray:
    """Return at most `rows` of the rows, in random order."""
    return x[np.random.default_rng(seed).permutation(len(x))[:rows]]


def _drawn_by_pca(dataset: Dataset, code_size: int, rows: int, seed: int) -> np.ndarray:
    """Return (rows, *shape) draws by a mixture of Gaussians on `code_size` principal components."""
    fitted = pca.fit(dataset.x_train, code_size)
    drawn = code_draws.mixture_draws(pca.encode(fitted, dataset.x_train), rows, seed)
    flat = drawn if fitted is None else fitted.inverse_transform(drawn)
    return np.clip(flat, 0, 1).astype(np.float32).reshape(rows, *dataset.shape)


def _accuracy(classifier: FeatureClassifier, dataset: Dataset) -> float:
    """Return the test accuracy of the feature classifier."""
    probabilities = networks.predict(classifier.head, networks.predict(classifier.features, dataset.x_test))
    return float((probabilities.argmax(axis=1) == dataset.y_test).mean())


def _train_codes(run: EvaluatedRun, seed: int) -> np.ndarray:
    """Return the (n, code_size) training codes of a run. Those of a variational run are drawn from the posterior.

    The means of the posterior alone vary less than the codes that the decoder was trained on.

    Raises:
        InputError: the posterior cannot be read.
    """
    if not OBJECTIVES[run.run.parameters["objective"]].posterior:
        return run.train_codes
    posterior = networks.predict(read.read_model(run.run.run_id, "posterior"), run.dataset.x_train)
    mean, log_variance = np.split(posterior, 2, axis=1)
    return mean + np.exp(log_variance / 2) * np.random.default_rng(seed).normal(size=mean.shape)


def _drawn(
    run: EvaluatedRun, codes: np.ndarray, classifier: FeatureClassifier, rows: int, seed: int
) -> tuple[dict[str, np.ndarray], Score]:
    """Return (rows, *shape) draws by generator, and the metrics of the code."""
    drawn = code_draws.draws(codes, rows, seed)
    some = _some(codes, MOST, seed)
    metrics = {
        "code_off_centre": code_defects.off_centre(codes),
        "code_class_spread_ratio": code_defects.class_spread_ratio(codes, run.dataset.y_train),
        "code_gaps_standard_normal": code_defects.share_in_gaps(drawn["standard_normal"], some),
        "code_gaps_gaussian": code_defects.share_in_gaps(drawn["gaussian"], some),
    }
    test_codes = _some(run.test_codes, rows, seed)
    midpoints = (test_codes + np.roll(test_codes, 1, axis=0)) / 2
    for name, points in {"midpoints": midpoints, "reconstructions": test_codes}.items():
        features = networks.predict(classifier.features, _decoded(run, points))
        confidence = networks.predict(classifier.head, features).max(axis=1)
        metrics[f"test_confidence_{name}"] = float(confidence.mean())
    return {name: _decoded(run, points) for name, points in drawn.items()}, Score(metrics)


def _decoded(run: EvaluatedRun, codes: np.ndarray) -> np.ndarray:
    """Decode codes. The result is clipped to [0, 1], the range of the inputs; a linear decoder can leave it."""
    return np.clip(networks.predict(run.decoder, codes.astype(np.float32)), 0, 1)


def _qualities(classifier: FeatureClassifier, real: np.ndarray, samples: dict[str, np.ndarray]) -> dict[str, float]:
    """Compare samples with real inputs by the metrics of `sample_quality`."""
    real_features = networks.predict(classifier.features, real)
    real_classes = networks.predict(classifier.head, real_features)
    metrics = {}
    for name, x in samples.items():
        prefix, name = (BESIDE, name.removeprefix(BESIDE)) if name.startswith(BESIDE) else ("", name)
        features = networks.predict(classifier.features, x)
        precision, recall = sample_quality.precision_and_recall(real_features, features)
        metrics |= {
            f"{prefix}test_frechet_{name}": sample_quality.frechet_distance(real_features, features),
            f"{prefix}test_precision_{name}": precision,
            f"{prefix}test_recall_{name}": recall,
            f"{prefix}test_class_shift_{name}": sample_quality.class_shift(
                real_classes, networks.predict(classifier.head, features)
            ),
        }
    return metrics
