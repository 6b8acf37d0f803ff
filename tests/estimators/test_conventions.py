"""scikit-learn's own checks of estimators.

Some are not for our classifier:

- `check_classifiers_classes` also trains on the classes -1 and 1, and scikit-learn leaves that part out for its own
  three by their names. It is expected to fail for every other classifier to which -1 means unlabelled, and passes under
  such a name.
- `check_sample_weight_equivalence_on_dense_data` takes a row of weight 2 for two rows, and one of weight 0 for none. To
  stage one, which has no labels, each of them is one row.
- Two checks give weights to a method that refuses them.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sklearn.semi_supervised import LabelSpreading
from sklearn.utils.estimator_checks import check_classifiers_classes, parametrize_with_checks

from semisup import AutoencoderTransformer, SemiSupervisedClassifier

QUICK = AutoencoderTransformer(network="linear", code_size=3, epochs=1)
SEMI_SUPERVISED = {"check_classifiers_classes": "-1 is a class in it, and means unlabelled here"}
ALWAYS = SEMI_SUPERVISED | {"check_sample_weight_equivalence_on_dense_data": "weights are of labels, not of rows"}
NO_WEIGHTS = ALWAYS | dict.fromkeys(
    ("check_sample_weights_not_overwritten", "check_class_weight_classifiers"), "this method cannot weight labels"
)


def expected(estimator):
    return SEMI_SUPERVISED if isinstance(estimator, SemiSupervisedClassifier) else {}


@parametrize_with_checks(
    [QUICK, SemiSupervisedClassifier(QUICK, method="graph")],
    legacy=False,
    expected_failed_checks=expected,
    xfail_strict=True,
)
def test_the_checks_of_the_interface(estimator, check):
    check(estimator)


@pytest.mark.slow
def test_what_is_expected_to_fail_fails_for_scikit_learns_own_under_another_name():
    with pytest.raises(AssertionError, match="Unexpected classes_"):
        check_classifiers_classes("SemiSupervisedClassifier", LabelSpreading())
    with pytest.raises(ValueError, match="found 1 class"):
        check_classifiers_classes("SemiSupervisedClassifier", SemiSupervisedClassifier(QUICK, method="graph"))
    check_classifiers_classes("LabelSpreading", SemiSupervisedClassifier(QUICK, method="graph"))


ALL = """
from sklearn.utils.estimator_checks import check_estimator
from semisup import AutoencoderTransformer, SemiSupervisedClassifier
for check in check_estimator({estimator}, on_fail=None, on_skip=None):
    if check["status"] != "passed":
        print(check["check_name"])
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("estimator", "but"),
    [
        ("AutoencoderTransformer()", []),
        ("SemiSupervisedClassifier()", list(ALWAYS)),
        ("SemiSupervisedClassifier(method='graph')", list(NO_WEIGHTS)),
    ],
)
def test_all_checks_with_the_default_parameters(estimator, but):
    """In a process of its own: SciPy reads at its import whether the check with the array API is to be run."""
    root = Path(__file__).parents[2]
    environment = os.environ | {"SCIPY_ARRAY_API": "1", "PYTHONPATH": str(root)}
    command = [sys.executable, "-W", "ignore", "-c", ALL.format(estimator=estimator)]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert ended.returncode == 0, ended.stderr
    assert sorted(ended.stdout.split()) == sorted(but)
