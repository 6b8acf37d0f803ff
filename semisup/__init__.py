"""semisup: train with a lot of data and few labels.

What the command line does, from Python: every command is a function of its name and takes its settings.

    import semisup

    stage_one = semisup.pretrain(semisup.PretrainSettings(data="digits"))
    result = semisup.finetune(semisup.FinetuneSettings(run=stage_one.run_id, labels=50))
    result.classifier  # a Keras model, result.metrics what it reached

From scikit-learn's side, in memory and without MLflow:

    from semisup import AutoencoderTransformer, SemiSupervisedClassifier
    from semisup.model_selection import LabelledSplit, labelled_scorer

Only what is light is imported here: `import semisup` loads no TensorFlow; commands and estimators load it when they are
named.
"""

import os
from importlib import import_module, metadata
from typing import Any

from semisup import settings
from semisup.errors import InputError
from semisup.settings import *  # noqa: F403

ESTIMATORS = ("AutoencoderTransformer", "SKOPS_TRUSTED_TYPES", "SemiSupervisedClassifier")
PACKAGES = ("model_selection",)
COMMANDS = (
    "compare", "compare_codes", "describe", "evaluate", "export", "finetune", "index", "predict", "pretrain",
    "reproduce", "search", "suggest",
)  # fmt: skip

__all__ = ["InputError", "__version__", *settings.__all__, *COMMANDS, *ESTIMATORS, *PACKAGES]

try:
    __version__ = metadata.version("semisup")
except metadata.PackageNotFoundError:  # a folder that was not installed
    __version__ = "0"

# Before anything imports MLflow.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")


def __getattr__(name: str) -> Any:
    if name in ESTIMATORS:
        return getattr(import_module("semisup.estimators"), name)
    if name in PACKAGES:
        return import_module(f"semisup.{name}")
    if name in COMMANDS:
        from semisup.runs import caller

        return caller.kept()(getattr(import_module(f"semisup.commands.{name}"), name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
