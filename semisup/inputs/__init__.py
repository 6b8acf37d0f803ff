"""What a command is to work on, read and checked before TensorFlow loads (`tfds:` sets need it themselves)."""

from semisup.inputs.cluster import ClusterInputs, for_cluster
from semisup.inputs.comparison import for_comparison
from semisup.inputs.evaluation import EvaluationInputs, SearchInputs, for_evaluation, for_index, for_search
from semisup.inputs.prediction import ExportInputs, PredictionInputs, for_export, for_prediction
from semisup.inputs.reader import for_reader
from semisup.inputs.reproduction import ReproductionInputs, for_reproduction
from semisup.inputs.shared import budgets
from semisup.inputs.stage_one import PROBE_LABELS, StageOneGrid, StageOneInputs, for_stage_one, for_stage_one_grid
from semisup.inputs.stage_two import StageTwoInputs, for_stage_two
from semisup.inputs.suggestion import SuggestInputs, for_suggestion

__all__ = [
    "PROBE_LABELS",
    "ClusterInputs",
    "EvaluationInputs",
    "ExportInputs",
    "PredictionInputs",
    "ReproductionInputs",
    "SearchInputs",
    "StageOneGrid",
    "StageOneInputs",
    "StageTwoInputs",
    "SuggestInputs",
    "budgets",
    "for_cluster",
    "for_comparison",
    "for_evaluation",
    "for_export",
    "for_index",
    "for_prediction",
    "for_reader",
    "for_reproduction",
    "for_search",
    "for_stage_one",
    "for_stage_one_grid",
    "for_stage_two",
    "for_suggestion",
]
