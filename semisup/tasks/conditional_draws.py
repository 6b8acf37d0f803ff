"""Draws from a conditional decoder: a code from N(0, I) and the class that is wanted (Sohn et al. 2015)."""

import numpy as np
import pandas as pd

from semisup import networks, plots
from semisup.data.dataset import UNLABELLED
from semisup.objectives import variational
from semisup.objectives.variational import CLASSES_SHOWN, class_vectors
from semisup.tasks.feature_classifier import FeatureClassifier
from semisup.tasks.task import EvaluatedRun, Score


def draws(run: EvaluatedRun, classifier: FeatureClassifier, rows: int, seed: int) -> tuple[np.ndarray, Score]:
    """(rows, *shape) draws, their classes as frequent as among the labelled training rows; how often the classifier
    finds the class that was wanted, over all and by class; and a picture with a row a code and a column a class."""
    dataset, source = run.dataset, np.random.default_rng(seed)
    code = source.normal(size=(rows, run.encoder.output_shape[-1])).astype(np.float32)
    wanted = source.choice(dataset.y_train[dataset.y_train != UNLABELLED], rows)  # (rows,)
    given = np.concatenate([code, class_vectors(wanted, dataset.classes)], axis=1)
    drawn = np.clip(networks.predict(run.decoder, given), 0, 1)
    probabilities = networks.predict(classifier.head, networks.predict(classifier.features, drawn))
    each = pd.DataFrame({"class": wanted, "found": probabilities.argmax(axis=1) == wanted})
    table = each.groupby("class")["found"].agg(["size", "mean"]).reset_index()
    table.columns = ["class", "draws", "test_wanted_class"]
    table["class"] = [dataset.class_names[c] for c in table["class"]]
    grid = variational.draw(run.decoder, code.shape[1], dataset.classes, seed=seed)[:, :CLASSES_SHOWN]
    picture = plots.grid_of_inputs(grid, [], dataset.class_names[:CLASSES_SHOWN])
    return drawn, Score(
        {"test_wanted_class": float(each["found"].mean())}, {"classes.png": picture}, {"classes.csv": table}
    )
