"""semisup: train with a lot of data and few labels.

What the command line does, from Python:

    from semisup import FinetuneSettings, PretrainSettings
    from semisup.finetune import finetune
    from semisup.pretrain import pretrain

    stage_one = pretrain(PretrainSettings(data="digits"))
    result = finetune(FinetuneSettings(run=stage_one.run_id, labels=50))
    result.classifier  # a Keras model, result.metrics what it reached

From scikit-learn's side, in memory and without MLflow:

    from semisup import AutoencoderTransformer, SemiSupervisedClassifier

Only what is light is imported here: `import semisup` loads no TensorFlow; the estimators load it when they are named.
"""

import os
from typing import Any

from semisup.errors import InputError
from semisup.settings import CompareSettings, FinetuneSettings, PretrainSettings

ESTIMATORS = ("AutoencoderTransformer", "SemiSupervisedClassifier")

__all__ = ["CompareSettings", "FinetuneSettings", "InputError", "PretrainSettings", *ESTIMATORS]

# Before anything imports MLflow.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")


def __getattr__(name: str) -> Any:
    if name in ESTIMATORS:
        from semisup import estimators

        return getattr(estimators, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
