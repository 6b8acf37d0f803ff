"""Draw inputs from a conditional decoder: a code from N(0, I) together with a wanted class (Sohn et al. 2015)."""

import numpy as np
import pandas as pd

from semisup import networks, plots
from semisup.data.dataset import UNLABELLED
from semisup.objectives import variational
from semisup.objectives.variational import CLASSES_SHOWN, class_vectors
from semisup.tasks.feature_classifier import FeatureClassifier
from semisup.tasks.task import EvaluatedRun, Score


def draws(run: EvaluatedRun, classifier: FeatureClassifier, rows: int, seed: int) -> tuple[np.ndarray, Score]:
    """Draw inputs and score them.

    The wanted classes are as frequent as among the labelled training rows.

    Args:
        run: a conditional run.
        classifier: classifier of the inputs.
        rows: number of draws.
        seed: seed of the codes and of the wanted classes.

    Returns:
        (rows, *shape) draws, and a score: the fraction of draws in which the classifier finds the wanted class, over
        all draws and by class, and a figure with a row for each code and a column for each class.
    """
    dataset, rng = run.dataset, np.random.default_rng(seed)
    code = rng.normal(size=(rows, run.encoder.output_shape[-1])).astype(np.float32)
    wanted = rng.choice(dataset.y_train[dataset.y_train != UNLABELLED], rows)  # (rows,)
    conditioned = np.concatenate([code, class_vectors(wanted, dataset.classes)], axis=1)
    drawn = np.clip(networks.predict(run.decoder, conditioned), 0, 1)
    probabilities = networks.predict(classifier.head, networks.predict(classifier.features, drawn))
    each = pd.DataFrame({"class": wanted, "as_wanted": probabilities.argmax(axis=1) == wanted})
    table = each.groupby("class")["as_wanted"].agg(["size", "mean"]).reset_index()
    table.columns = ["class", "draws", "test_wanted_class"]
    table["class"] = [dataset.class_names[c] for c in table["class"]]
    grid = variational.draw(run.decoder, code.shape[1], dataset.classes, seed=seed)[:, :CLASSES_SHOWN]
    figure = plots.grid_of_inputs(grid, [], dataset.class_names[:CLASSES_SHOWN])
    return drawn, Score(
        {"test_wanted_class": float(each["as_wanted"].mean())}, {"classes.png": figure}, {"classes.csv": table}
    )
