"""The settings of each command: one dataclass per command, composed of one small dataclass per idea (see `options`).

The command line, the YAML files in `configs/` and Python callers all fill these dataclasses. So names, defaults, help
texts and checks are written once. Nothing heavy is imported here: a bad value is refused before TensorFlow loads.
"""

from semisup.settings.compare import CompareSettings
from semisup.settings.compare_codes import CompareCodesSettings
from semisup.settings.describe import DescribeSettings
from semisup.settings.evaluate import EvaluateSettings
from semisup.settings.export import ExportSettings
from semisup.settings.finetune import FinetuneSettings
from semisup.settings.index import IndexSettings
from semisup.settings.predict import PredictSettings
from semisup.settings.pretrain import PretrainSettings
from semisup.settings.reproduce import ReproduceSettings
from semisup.settings.search import SearchSettings
from semisup.settings.suggest import SuggestSettings
from semisup.settings.ui import UiSettings

__all__ = [
    "CompareCodesSettings",
    "CompareSettings",
    "DescribeSettings",
    "EvaluateSettings",
    "ExportSettings",
    "FinetuneSettings",
    "IndexSettings",
    "PredictSettings",
    "PretrainSettings",
    "ReproduceSettings",
    "SearchSettings",
    "SuggestSettings",
    "UiSettings",
]
