"""What a task has to offer: one function `score(evaluated, seed, *options) -> Score`, whose options are the groups that
its row in `semisup.settings.tasks` names. It computes everything before it returns: nothing is logged of a task that
fails.
"""

from dataclasses import dataclass, field
from functools import cached_property

import keras
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from semisup import networks
from semisup.data.dataset import Dataset
from semisup.runs.find import StoredRun


@dataclass(frozen=True)
class Score:
    """What a task found.

    Attributes:
        metrics: by name; those of the test set begin with `test_`.
        figures: by file name.
        tables: by file name, metrics that one name does not tell apart.
        summary: sentences for the user.
    """

    metrics: dict[str, float]
    figures: dict[str, Figure] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    summary: list[str] = field(default_factory=list)


class EvaluatedRun:
    """A run on a dataset, with the codes that every task shares, computed once.

    Attributes:
        run: what it logged.
        dataset: its data, or others of the same shape.
        encoder: (batch, *shape) to (batch, code_size).
        decoder: back; None where a stage-two run has none.
        classifier: (batch, *shape) to (batch, classes) probabilities; None for a stage-one run.
        beside: a second run on the same data to compare with, where there is one.
    """

    def __init__(
        self,
        run: StoredRun,
        dataset: Dataset,
        encoder: keras.Model,
        decoder: keras.Model | None = None,
        classifier: keras.Model | None = None,
    ) -> None:
        self.run, self.dataset = run, dataset
        self.encoder, self.decoder, self.classifier = encoder, decoder, classifier
        self.beside: EvaluatedRun | None = None

    @cached_property
    def train_codes(self) -> np.ndarray:
        """(n, code_size) of all training inputs."""
        return networks.predict(self.encoder, self.dataset.x_train)

    @cached_property
    def test_codes(self) -> np.ndarray:
        """(m, code_size)."""
        return networks.predict(self.encoder, self.dataset.x_test)
