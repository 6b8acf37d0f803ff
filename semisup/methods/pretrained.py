"""What stage two builds on: a finished stage-one run, its two halves, and the neighbours of its codes."""

from functools import cached_property

import keras
import numpy as np

from semisup import networks
from semisup.data.dataset import Dataset
from semisup.graphs import neighbours
from semisup.graphs.neighbours import Neighbours


class Pretrained:
    """A stage-one run on the inputs of a dataset. No method changes it.

    Attributes:
        encoder: (batch, *shape) to (batch, code_size).
        decoder: back.
    """

    def __init__(self, encoder: keras.Model, decoder: keras.Model, dataset: Dataset, run_id: str | None = None) -> None:
        """`run_id` is the run that neighbours are kept with; None keeps them in memory only."""
        self.encoder, self.decoder = encoder, decoder
        self._dataset, self._run_id = dataset, run_id
        self._found: dict[tuple[str, int], Neighbours] = {}
        self._codes: dict[str, np.ndarray] = {}
        self._further: dict[str, Pretrained] = {}

    @classmethod
    def read(cls, run_id: str, dataset: Dataset) -> "Pretrained":
        """The models of a run.

        Raises:
            InputError: one is missing or damaged.
        """
        from semisup.runs import read  # MLflow: what has no run does without

        return cls(read.read_model(run_id, "encoder"), read.read_model(run_id, "decoder"), dataset, run_id)

    def further(self, run_ids: list[str]) -> list["Pretrained"]:
        """Other runs on the same data, each read and encoded once for all methods. Raises as `read`."""
        for run_id in run_ids:
            if run_id not in self._further:
                self._further[run_id] = Pretrained.read(run_id, self._dataset)
        return [self._further[run_id] for run_id in run_ids]

    def encode(self, x: np.ndarray, codes: str) -> np.ndarray:
        """(n, code_size) of (n, ...) inputs, by what `codes` names: `stage_one` (the encoder), `random` (the same with
        random weights, always the same ones) or `inputs` (themselves, flattened)."""
        if codes == "inputs":
            return x.reshape(len(x), -1)
        return networks.predict(self.encoder if codes == "stage_one" else self.random, x)

    def train_codes(self, codes: str) -> np.ndarray:
        """Those of all training inputs, computed once."""
        if codes not in self._codes:
            self._codes[codes] = self.encode(self._dataset.x_train, codes)
        return self._codes[codes]

    def train_neighbours(self, codes: str, k: int) -> Neighbours:
        """The k nearest training inputs of each, in stage one's codes found once for all runs on the same data."""
        if (codes, k) not in self._found:
            self._found[codes, k] = self._kept(k) if codes == "stage_one" else self._new(codes, k)
        return self._found[codes, k]

    def _new(self, codes: str, k: int) -> Neighbours:
        return neighbours.self_search(self.train_codes(codes), k)

    def _kept(self, k: int) -> Neighbours:
        if self._run_id is None:
            return self._new("stage_one", k)

        from semisup.runs import log, read

        path = f"neighbours-{self._dataset.digest}-{k}.npz"
        arrays = read.read_arrays(self._run_id, path)
        if arrays is not None:
            return Neighbours(**arrays)
        found = self._new("stage_one", k)
        log.log_arrays(self._run_id, path, rows=found.rows, distances=found.distances)
        return found

    @cached_property
    def random(self) -> keras.Model:
        """The encoder with random weights, always the same ones: what the codes are worth without training."""
        keras.utils.set_random_seed(0)
        return keras.models.clone_model(self.encoder)
