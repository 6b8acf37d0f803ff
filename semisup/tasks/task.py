"""What a task must offer: one function `score(evaluated, seed, *options) -> Score`.

The options are the groups that the task's row in `semisup.settings.tasks` names. The function computes everything
before it returns, so that a task that fails logs nothing.
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
    """The results of a task.

    Attributes:
        metrics: metrics by name. The names of test metrics begin with `test_`.
        figures: figures by file name.
        tables: tables by file name, of metrics that need more than a name.
        summary: sentences for the user.
    """

    metrics: dict[str, float]
    figures: dict[str, Figure] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    summary: list[str] = field(default_factory=list)


class EvaluatedRun:
    """A run with a dataset. All tasks share its codes, which are computed once.

    Attributes:
        run: what the run logged.
        dataset: the data of the run, or other data of the same shape.
        encoder: (batch, *shape) to (batch, code_size).
        decoder: (batch, code_size) to (batch, *shape); None if a stage-two run has none.
        classifier: (batch, *shape) to (batch, classes) probabilities; None for a stage-one run.
        beside: a second run on the same data to compare with, or None.
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
        """(n, code_size) float32 codes of all training inputs."""
        return networks.predict(self.encoder, self.dataset.x_train)

    @cached_property
    def test_codes(self) -> np.ndarray:
        """(m, code_size) float32 codes of all test inputs."""
        return networks.predict(self.encoder, self.dataset.x_test)
