"""Reproduce: do a run again from its own record, and say what differs."""

import math
from dataclasses import dataclass

import mlflow
import numpy as np

from semisup.commands.finetune import finetune
from semisup.commands.inputs.reproduce import ReproduceInputs, load
from semisup.commands.pretrain import pretrain
from semisup.runs import read
from semisup.settings import PretrainSettings, ReproduceSettings
from semisup.system import provenance

TIMES = ("train_seconds", "samples_per_second")  # which no run repeats
MODELS = {"pretrain": ("encoder", "decoder"), "finetune": ("encoder", "classifier"), "reader": ("encoder",)}  # by stage


@dataclass(frozen=True)
class Reproduction:
    """What came of it.

    Attributes:
        run_id: of the run that was done again.
        new_run_id: of the new one.
        metrics: by name, then and now; NaN where one of them has none.
        weights: by model, the largest difference of a weight; infinite where the models are built otherwise.
        surroundings: by package, version or commit, then and now, where they differ.
    """

    run_id: str
    new_run_id: str
    metrics: dict[str, tuple[float, float]]
    weights: dict[str, float]
    surroundings: dict[str, tuple[str, str]]

    @property
    def same(self) -> bool:
        """Whether all metrics and weights are the same to the last bit."""
        return all(then == now for then, now in self.metrics.values()) and not any(self.weights.values())


def reproduce(settings: ReproduceSettings, inputs: ReproduceInputs | None = None) -> Reproduction:
    """Train again what a finished run has trained, with its settings, seeds and data, as a new run.

    Raises:
        InputError: the run, its data or the store is not as expected.
        FloatingPointError: the loss became NaN or infinite.
    """
    inputs = inputs or load(settings)
    work = pretrain if isinstance(inputs.settings, PretrainSettings) else finetune
    new = work(inputs.settings, inputs.inputs)
    then = mlflow.get_run(inputs.run.run_id)
    metrics = {
        name: (value, new.metrics.get(name, math.nan))
        for name, value in then.data.metrics.items()
        if name not in TIMES and "/" not in name and name != "loss"  # not what tasks have added, nor each epoch's
    }
    weights = {
        name: _difference(inputs.run.run_id, new.run_id, name) for name in MODELS[inputs.run.parameters["stage"]]
    }
    tags = {name: (then.data.tags.get(name, "unknown"), now) for name, now in provenance.tags().items()}
    now = mlflow.get_run(new.run_id).data.params["workers"]
    tags["workers"] = (then.data.params.get("workers", now), now)  # whose sums round otherwise
    differing = {name.removeprefix("version."): pair for name, pair in tags.items() if pair[0] != pair[1]}
    return Reproduction(inputs.run.run_id, new.run_id, metrics, weights, differing)


def _difference(run_id: str, new_run_id: str, name: str) -> float:
    then, now = (read.read_model(each, name).get_weights() for each in (run_id, new_run_id))
    if [weight.shape for weight in then] != [weight.shape for weight in now]:
        return math.inf
    return max(float(np.abs(a - b).max(initial=0)) for a, b in zip(then, now, strict=True))
