"""The input of stage two: a finished stage-one run with its encoder, its decoder and the neighbours of its codes."""

from functools import cached_property

import keras
import numpy as np

from semisup import networks
from semisup.data.dataset import Dataset
from semisup.graphs import neighbours
from semisup.graphs.neighbours import Neighbours


class Pretrained:
    """The encoder and decoder of a stage-one run, with the codes of a dataset's inputs. No method changes them.

    Attributes:
        encoder: (batch, *shape) to (batch, code_size).
        decoder: (batch, code_size) to (batch, *shape).
    """

    def __init__(self, encoder: keras.Model, decoder: keras.Model, dataset: Dataset, run_id: str | None = None) -> None:
        """Build from models.

        Args:
            encoder: (batch, *shape) to (batch, code_size).
            decoder: (batch, code_size) to (batch, *shape).
            dataset: its training inputs are encoded.
            run_id: MLflow run in which the neighbours are stored; None keeps them in memory only.
        """
        self.encoder, self.decoder = encoder, decoder
        self._dataset, self._run_id = dataset, run_id
        self._neighbours: dict[tuple[str, int], Neighbours] = {}
        self._codes: dict[str, np.ndarray] = {}
        self._further: dict[str, Pretrained] = {}

    @classmethod
    def read(cls, run_id: str, dataset: Dataset) -> "Pretrained":
        """Read the encoder and the decoder of a run.

        Raises:
            InputError: a model is missing or damaged.
        """
        from semisup.runs import read  # imports MLflow, which is needed only where there is a run

        return cls(read.read_model(run_id, "encoder"), read.read_model(run_id, "decoder"), dataset, run_id)

    def further(self, run_ids: list[str]) -> list["Pretrained"]:
        """Read other runs on the same data. Each is read, and the inputs are encoded by it, only once for all methods.

        Raises:
            InputError: as `read`.
        """
        for run_id in run_ids:
            if run_id not in self._further:
                self._further[run_id] = Pretrained.read(run_id, self._dataset)
        return [self._further[run_id] for run_id in run_ids]

    def encode(self, x: np.ndarray, codes: str) -> np.ndarray:
        """Encode inputs.

        Args:
            x: (n, ...) inputs.
            codes: how to encode: `stage_one` with the encoder; `random` with an encoder of the same architecture with
                fixed random weights; `inputs` flattens the inputs and encodes nothing.

        Returns:
            (n, code_size) codes.
        """
        if codes == "inputs":
            return x.reshape(len(x), -1)
        return networks.predict(self.encoder if codes == "stage_one" else self.random, x)

    def train_codes(self, codes: str) -> np.ndarray:
        """Return the (n, code_size) codes of all training inputs, computed once. `codes` as in `encode`."""
        if codes not in self._codes:
            self._codes[codes] = self.encode(self._dataset.x_train, codes)
        return self._codes[codes]

    def train_neighbours(self, codes: str, k: int) -> Neighbours:
        """Return the k nearest other training inputs of each training input, searched once. `codes` as in `encode`.

        Those of stage one's codes are stored in the run, so that later commands on the same data read them.
        """
        if (codes, k) not in self._neighbours:
            self._neighbours[codes, k] = self._stored(k) if codes == "stage_one" else self._new(codes, k)
        return self._neighbours[codes, k]

    def _new(self, codes: str, k: int) -> Neighbours:
        """Compute the neighbours, whether or not they are stored."""
        return neighbours.self_search(self.train_codes(codes), k)

    def _stored(self, k: int) -> Neighbours:
        """Read the neighbours in stage one's codes from the run. Where it has none, compute and store them."""
        if self._run_id is None:
            return self._new("stage_one", k)

        from semisup.runs import log, read

        path = f"neighbours-{self._dataset.digest}-{k}.npz"
        arrays = read.read_arrays(self._run_id, path)
        if arrays is not None:
            return Neighbours(**arrays)
        nearest = self._new("stage_one", k)
        log.log_arrays(self._run_id, path, rows=nearest.rows, distances=nearest.distances)
        return nearest

    @cached_property
    def random(self) -> keras.Model:
        """The encoder with random weights from a fixed seed, to measure what codes are worth without training."""
        keras.utils.set_random_seed(0)
        return keras.models.clone_model(self.encoder)
