"""scikit-learn estimators: stage one as a transformer, both stages as a semi-supervised classifier.

They work in memory: nothing is logged to MLflow and no store is touched.
"""

import sys

from semisup.system import tensorflow_import

if "tensorflow" not in sys.modules:  # else the user has set up its messages already
    tensorflow_import.import_tensorflow()

from semisup.estimators.classifier import SemiSupervisedClassifier
from semisup.estimators.packing import PackedModel
from semisup.estimators.transformer import AutoencoderTransformer

# The types of ours that an estimator's file holds, by name: skops, in whose format MLflow saves, asks for them.
SKOPS_TRUSTED_TYPES = [
    f"{each.__module__}.{each.__qualname__}" for each in (AutoencoderTransformer, SemiSupervisedClassifier, PackedModel)
]

__all__ = ["SKOPS_TRUSTED_TYPES", "AutoencoderTransformer", "SemiSupervisedClassifier"]
