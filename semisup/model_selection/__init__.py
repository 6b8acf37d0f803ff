"""Cross-validation and scores for data in which few rows have a label, as scikit-learn has them.

No unlabelled row is ever an error: only labelled rows are tested and scored. This package imports scikit-learn, and no
TensorFlow.
"""

from semisup.model_selection.scorers import labelled_scorer
from semisup.model_selection.splitters import LabelledSplit

__all__ = ["LabelledSplit", "labelled_scorer"]
