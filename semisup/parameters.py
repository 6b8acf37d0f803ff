"""The parameters of a run, as MLflow gets them."""

from typing import Any

from semisup.data import Dataset
from semisup.store import ABSENT

# Every run has all of these, so that the UI's table, grouping and charts hold any runs side by side.
# fmt: off
PARAMETERS = (
    "stage", "method", "encoder", "data", "data_dir", "unreadable", "stream", "leaks", "leaking_rows", "dataset_digest",
    "input_shape", "labelled", "classes", "scaling", "network", "widths", "activation", "batch_norm", "code_size",
    "code_activation", "objective", "strength", "corruption", "sparsity", "target_activation", "likelihood",
    "conditional", "train", "labels", "draw", "calibrate", "init_seed", "order_seed", "threads", "workers",
    "head_widths", "noise", "dropout", "label_smoothing", "augment", "average_shifts", "encoder_rate", "unfreeze",
    "reconstruction_weight", "graph_codes", "graph_runs", "neighbours", "spreading", "class_sizes", "size_tolerance",
    "start", "rounds", "trusted", "threshold", "epochs", "steps", "batch_size", "learning_rate", "weight_decay",
    "language", "images", "regime", "attention", "recurrent", "units", "beam", "pretrain_run", "name",
)
# fmt: on


def flat(parameters: dict[str, Any], dataset: Dataset) -> dict[str, str]:
    """All of `PARAMETERS`, as text."""
    known = {
        "data": dataset.name,
        "leaking_rows": dataset.leaks,
        "dataset_digest": dataset.digest,
        "input_shape": dataset.shape,
        "labelled": dataset.labelled,
        "classes": dataset.classes,
        "scaling": dataset.scaling.rule,
    }
    unknown = set(parameters) - set(PARAMETERS)
    if unknown:
        raise ValueError(f"parameters that not every run has: {sorted(unknown)}")
    values = known | {key: value for key, value in parameters.items() if value is not None}
    return {key: str(values.get(key, ABSENT)) for key in PARAMETERS}
