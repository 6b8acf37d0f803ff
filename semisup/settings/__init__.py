"""What a user can set, one dataclass a command.

The command line, the YAML files in `configs/` and Python callers all fill these, so names, defaults, help texts and
checks are written once. Nothing heavy is imported here: a bad value is refused before TensorFlow loads.
"""

from semisup.settings.compare import NOT_TRAINED, CompareSettings
from semisup.settings.evaluate import EvaluateSettings
from semisup.settings.finetune import IMAGE_AUGMENTATIONS, VECTOR_AUGMENTATIONS, FinetuneSettings, StageTwoSettings
from semisup.settings.index import IndexSettings, SearchSettings
from semisup.settings.predict import ExportSettings, PredictSettings
from semisup.settings.pretrain import PretrainSettings
from semisup.settings.reproduce import ReproduceSettings
from semisup.settings.suggest import SuggestSettings
from semisup.settings.ui import UiSettings

__all__ = [
    "IMAGE_AUGMENTATIONS",
    "NOT_TRAINED",
    "VECTOR_AUGMENTATIONS",
    "CompareSettings",
    "EvaluateSettings",
    "ExportSettings",
    "FinetuneSettings",
    "IndexSettings",
    "PredictSettings",
    "PretrainSettings",
    "ReproduceSettings",
    "SearchSettings",
    "StageTwoSettings",
    "SuggestSettings",
    "UiSettings",
]
