"""semisup: train with a lot of data and few labels.

What the command line does, from Python:

    from semisup import FinetuneSettings, PretrainSettings
    from semisup.finetune import finetune
    from semisup.pretrain import pretrain

    stage_one = pretrain(PretrainSettings(data="digits"))
    result = finetune(FinetuneSettings(run=stage_one.run_id, labels=50))
    result.classifier  # a Keras model, result.metrics what it reached

Only what is light is imported here: `import semisup` loads no TensorFlow.
"""

import os

from semisup.errors import InputError
from semisup.settings import CompareSettings, FinetuneSettings, PretrainSettings

__all__ = ["CompareSettings", "FinetuneSettings", "InputError", "PretrainSettings"]

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # before anything imports MLflow
