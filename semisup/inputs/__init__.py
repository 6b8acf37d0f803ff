"""What a command is to work on, read and checked before TensorFlow loads (`tfds:` sets need it themselves)."""

from semisup.inputs.comparison import for_comparison
from semisup.inputs.evaluation import EvaluationInputs, SearchInputs, for_evaluation, for_index, for_search
from semisup.inputs.reader import for_reader
from semisup.inputs.shared import budgets
from semisup.inputs.stage_one import PROBE_LABELS, StageOneGrid, StageOneInputs, for_stage_one, for_stage_one_grid
from semisup.inputs.stage_two import StageTwoInputs, for_stage_two

__all__ = [
    "PROBE_LABELS",
    "EvaluationInputs",
    "SearchInputs",
    "StageOneGrid",
    "StageOneInputs",
    "StageTwoInputs",
    "budgets",
    "for_comparison",
    "for_evaluation",
    "for_index",
    "for_reader",
    "for_search",
    "for_stage_one",
    "for_stage_one_grid",
    "for_stage_two",
]
