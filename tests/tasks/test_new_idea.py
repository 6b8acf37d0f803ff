"""A task is a file and a row: this file is one, and adds its row at run time."""

import mlflow
import pandas as pd
import pytest

import semisup
from semisup.settings.tasks import TASKS, SizeOptions, TaskSpec
from semisup.tasks.task import Score


def score(evaluated, seed, sizes):
    """The variance of the first numbers of the code."""
    first = sizes.sizes[0]
    table = pd.DataFrame({"variance": evaluated.test_codes.var(axis=0)[:first]})
    return Score({"test_numbers": float(len(table)), "seed": float(seed)}, tables={"variance.csv": table})


def test_it_scores_a_run_and_is_logged(in_trained, monkeypatch):
    monkeypatch.setitem(TASKS, "variance", TaskSpec((SizeOptions,), module=__name__))
    result = semisup.evaluate(semisup.EvaluateSettings(task="variance", sizes=[3], seed=7))
    assert result.score.metrics == {"test_numbers": 3.0, "seed": 7.0}
    run = mlflow.get_run(in_trained.run_id)
    assert run.data.metrics["variance/test_numbers"] == 3.0
    assert "variance" in mlflow.artifacts.load_text(f"runs:/{in_trained.run_id}/variance/variance.csv")
    with pytest.raises(semisup.InputError, match="draws: expected none, task variance has no use for it, found 3"):
        semisup.EvaluateSettings(task="variance", draws=3)
