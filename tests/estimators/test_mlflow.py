"""MLflow saves estimators as skops does, which has to be told the types that it may read."""

import os
import subprocess
import sys
from pathlib import Path

import mlflow
import numpy as np
import pytest
import skops.io

from semisup import SKOPS_TRUSTED_TYPES, AutoencoderTransformer, SemiSupervisedClassifier
from tests.estimators.shared import SMALL, few_labels, of
from tests.estimators.test_tables import LINEAR, people


def test_the_types_to_trust_are_all_that_a_file_holds(fitted):
    X, y = few_labels(60)
    names = np.array(["ant", "bee", "cat"], object)
    model = of(fitted).fit(X, np.where(y == -1, None, names[y]))
    content = skops.io.dumps(model)
    assert {each for each in skops.io.get_untrusted_types(data=content) if each not in SKOPS_TRUSTED_TYPES} == set()
    again = skops.io.loads(content, trusted=SKOPS_TRUSTED_TYPES)
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


SCRIPT = """
import sys
import mlflow, numpy as np, pandas as pd

mlflow.set_tracking_uri("sqlite:///own.db")
frame = pd.read_pickle("frame.pickle")
for name, method in (("transformer", "transform"), ("classifier", "predict_proba")):
    model = mlflow.sklearn.load_model(f"models:/{name}/1")
    np.testing.assert_allclose(getattr(model, method)(frame), np.load(f"{name}.npy"), rtol=1e-9)
found = mlflow.pyfunc.load_model("models:/classifier/1").predict(frame)
assert found.tolist() == np.load("classes.npy").tolist()
"""


@pytest.mark.slow
def test_a_logged_estimator_gives_the_same_in_a_fresh_process(workspace, monkeypatch):
    frame, y = people()
    frame.to_pickle("frame.pickle")
    mlflow.set_tracking_uri("sqlite:///own.db")
    transformer = AutoencoderTransformer(**LINEAR).fit(frame)
    classifier = SemiSupervisedClassifier(
        AutoencoderTransformer(**SMALL), class_weight={0: 2}, steps=20, random_state=np.random.RandomState(0)
    ).fit(frame, np.where(np.arange(60) < 30, y, -1))
    np.save("transformer.npy", transformer.transform(frame))
    np.save("classifier.npy", classifier.predict_proba(frame))
    np.save("classes.npy", classifier.predict(frame))
    options = {"skops_trusted_types": SKOPS_TRUSTED_TYPES, "pip_requirements": ["semisup"]}
    with mlflow.start_run():
        for name, model in (("transformer", transformer), ("classifier", classifier)):
            mlflow.sklearn.log_model(model, name=name, registered_model_name=name, **options)
    mlflow.set_tracking_uri(None)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT], capture_output=True, text=True, env=environment
    )
    assert ended.returncode == 0, ended.stderr
