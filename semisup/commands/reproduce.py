"""`reproduce`: do a run again from its own record, and say what differs."""

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

TIMES = ("train_seconds", "samples_per_second")  # they differ in every run
MODELS = {"pretrain": ("encoder", "decoder"), "finetune": ("encoder", "classifier"), "reader": ("encoder",)}  # by stage


@dataclass(frozen=True)
class Reproduction:
    """How a new run differs from the old one.

    Attributes:
        run_id: id of the run that was done again.
        new_run_id: id of the new run.
        metrics: by name, the old and the new value; NaN if one run does not have the metric.
        weights: by model, the largest difference of a weight; infinite if the shapes of the weights differ.
        surroundings: by package or other name, the old and the new version or commit, if they differ.
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
    """Repeat a finished run as a new run, with the same settings, seeds and data.

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
        if name not in TIMES and "/" not in name and name != "loss"  # no metrics of tasks, no losses of epochs
    }
    weights = {
        name: _difference(inputs.run.run_id, new.run_id, name) for name in MODELS[inputs.run.parameters["stage"]]
    }
    tags = {name: (then.data.tags.get(name, "unknown"), now) for name, now in provenance.tags().items()}
    now = mlflow.get_run(new.run_id).data.params["workers"]
    tags["workers"] = (then.data.params.get("workers", now), now)  # their number changes how sums round
    differing = {name.removeprefix("version."): pair for name, pair in tags.items() if pair[0] != pair[1]}
    return Reproduction(inputs.run.run_id, new.run_id, metrics, weights, differing)


def _difference(run_id: str, new_run_id: str, name: str) -> float:
    """Return the largest difference between the weights of a model in two runs, infinity if their shapes differ."""
    then, now = (read.read_model(each, name).get_weights() for each in (run_id, new_run_id))
    if [weight.shape for weight in then] != [weight.shape for weight in now]:
        return math.inf
    return max(float(np.abs(a - b).max(initial=0)) for a, b in zip(then, now, strict=True))
