"""New inputs, drawn from the code of a run: how near they are to real ones, and what in the code keeps them from it.

Real ones are test inputs; all are compared in the features of a classifier of the training inputs, as many of each
kind. A draw is the decoder's output, without the noise of a likelihood.
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

MOST = 10_000  # inputs of each kind
SHOWN = 12  # of each kind
BESIDE = "beside_"
READING = "a code that can be drawn from by a normal is off centre by 0, has a class spread ratio of 1 and gaps of .05"


def score(evaluated: EvaluatedRun, seed: int, beside: BesideOptions) -> Score:
    """Figures of draws by each generator NAME (`code_draws.draws`; of a conditional run `standard_normal` alone), of
    training inputs (`training`), and of a mixture on PCA with as many numbers (`pca_mixture`):

    - `test_frechet_NAME`, `test_precision_NAME`, `test_recall_NAME`, `test_class_shift_NAME`: see `sample_quality`;
    - `test_wanted_class`: share of a conditional run's draws in which the classifier finds the class that was wanted;
    - `test_classifier_accuracy`: of that classifier, on all test inputs.

    Of a run that is not conditional, whose codes are drawn from the posterior where it is variational:

    - `code_off_centre`, `code_class_spread_ratio`, and `code_gaps_standard_normal` and `code_gaps_gaussian`, the share
      of these draws in gaps: see `code_defects`;
    - `test_confidence_midpoints` and `test_confidence_reconstructions`: the classifier's mean greatest probability
      for what is decoded halfway between two test codes, and from the codes themselves.

    The same of a second run, where there is one, `beside_...`.

    Raises:
        InputError: the run has no decoder, or there is one test input only.
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
    figures = {"test_classifier_accuracy": _accuracy(classifier, dataset)}
    pictures, tables, codes = {}, {}, {}  # the last by title
    for prefix, run in {"": evaluated, BESIDE: evaluated.beside}.items():
        if run is None:
            continue
        if run.run.parameters.get("conditional"):
            drawn, of_run = conditional_draws.draws(run, classifier, rows, seed)
            drawn = {"standard_normal": drawn}
        else:
            title = f"{prefix.replace('_', ' ')}{run.run.parameters['objective']}, run {run.run.run_id[:8]}"
            codes[title] = _train_codes(run, seed)
            drawn, of_run = _drawn(run, codes[title], classifier, rows, seed)
        samples |= _named(prefix, drawn)
        figures |= _named(prefix, of_run.metrics)
        pictures |= _named(prefix, of_run.figures)
        tables |= _named(prefix, of_run.tables)
    figures |= _qualities(classifier, real, samples)
    shown = np.stack([x[:SHOWN] for x in samples.values()])
    pictures["draws.png"] = plots.grid_of_inputs(shown, [name.replace("_", "\n") for name in samples], [])
    if codes:
        pictures["codes.png"] = generation_plots.codes(codes, dataset.y_train, dataset.class_names)
    return Score(figures, pictures, tables, [READING] if codes else [])


def _named(prefix: str, by_name: dict) -> dict:
    return {prefix + name: value for name, value in by_name.items()}


def _some(x: np.ndarray, rows: int, seed: int) -> np.ndarray:
    """So many of the rows, in random order."""
    return x[np.random.default_rng(seed).permutation(len(x))[:rows]]


def _drawn_by_pca(dataset: Dataset, code_size: int, rows: int, seed: int) -> np.ndarray:
    """(rows, *shape) draws by a mixture on as many principal components."""
    fitted = pca.fit(dataset.x_train, code_size)
    drawn = code_draws.mixture_draws(pca.encode(fitted, dataset.x_train), rows, seed)
    flat = drawn if fitted is None else fitted.inverse_transform(drawn)
    return np.clip(flat, 0, 1).astype(np.float32).reshape(rows, *dataset.shape)


def _accuracy(classifier: FeatureClassifier, dataset: Dataset) -> float:
    probabilities = networks.predict(classifier.head, networks.predict(classifier.features, dataset.x_test))
    return float((probabilities.argmax(axis=1) == dataset.y_test).mean())


def _train_codes(run: EvaluatedRun, seed: int) -> np.ndarray:
    """(n, code_size); those of a variational run are drawn from the posterior, whose mean alone varies less than what
    the decoder was trained on.

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
    """(rows, *shape) draws by generator, and the figures of the code."""
    drawn = code_draws.draws(codes, rows, seed)
    some = _some(codes, MOST, seed)
    figures = {
        "code_off_centre": code_defects.off_centre(codes),
        "code_class_spread_ratio": code_defects.class_spread_ratio(codes, run.dataset.y_train),
        "code_gaps_standard_normal": code_defects.share_in_gaps(drawn["standard_normal"], some),
        "code_gaps_gaussian": code_defects.share_in_gaps(drawn["gaussian"], some),
    }
    here = _some(run.test_codes, rows, seed)
    for name, of in {"midpoints": (here + np.roll(here, 1, axis=0)) / 2, "reconstructions": here}.items():
        decoded = networks.predict(classifier.features, _decoded(run, of))
        confidence = networks.predict(classifier.head, decoded).max(axis=1)
        figures[f"test_confidence_{name}"] = float(confidence.mean())
    return {name: _decoded(run, of) for name, of in drawn.items()}, Score(figures)


def _decoded(run: EvaluatedRun, codes: np.ndarray) -> np.ndarray:
    """Inputs, in [0, 1] as all are: the linear decoder's are not."""
    return np.clip(networks.predict(run.decoder, codes.astype(np.float32)), 0, 1)


def _qualities(classifier: FeatureClassifier, real: np.ndarray, samples: dict[str, np.ndarray]) -> dict[str, float]:
    real_features = networks.predict(classifier.features, real)
    real_classes = networks.predict(classifier.head, real_features)
    figures = {}
    for name, x in samples.items():
        prefix, name = (BESIDE, name.removeprefix(BESIDE)) if name.startswith(BESIDE) else ("", name)
        features = networks.predict(classifier.features, x)
        precision, recall = sample_quality.precision_and_recall(real_features, features)
        figures |= {
            f"{prefix}test_frechet_{name}": sample_quality.frechet_distance(real_features, features),
            f"{prefix}test_precision_{name}": precision,
            f"{prefix}test_recall_{name}": recall,
            f"{prefix}test_class_shift_{name}": sample_quality.class_shift(
                real_classes, networks.predict(classifier.head, features)
            ),
        }
    return figures
