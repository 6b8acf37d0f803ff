"""What it costs each method when there are classes among the unlabelled inputs that no label has.

    python -m pytest -m benchmark -s tests/benchmarks/test_mismatch.py

Digits 0 to 5 have labels and are tested; the other training images are of 0 to 5 only, or of all ten. Stage one is
trained on the same images.
"""

import numpy as np
import pytest
from rich.console import Console
from rich.table import Table

from semisup.commands.compare import compare
from semisup.commands.pretrain import pretrain
from semisup.settings import CompareSettings, PretrainSettings
from semisup.sources import load

KNOWN = 6
GRID = {
    "methods": {
        "scratch": {"encoder": "scratch"},
        "frozen": {"encoder": "frozen"},
        "finetuned": {"encoder": "finetuned"},
        "joint": {"method": "joint"},
        "graph": {"method": "graph"},
        "graph, label spreading": {"method": "graph", "spreading": "label_spreading"},
        "self-training": {"method": "self_training"},
        "consistency": {"method": "consistency"},
        "ladder": {"method": "ladder"},
    },
    "baselines": ["label_spreading"],
    "budgets": [60],
    "draws": 5,
    "reference": "scratch",
}


@pytest.mark.benchmark
@pytest.mark.filterwarnings("ignore")
def test_mismatch(empty):
    digits = load("digits")
    known = digits.y_train < KNOWN
    test = digits.y_test < KNOWN
    x_test, y_test = digits.x_test[test], digits.y_test[test]
    np.savez("same.npz", x=digits.x_train[known], y=digits.y_train[known], x_test=x_test, y_test=y_test)
    y = np.where(known, digits.y_train, -1)
    np.savez("foreign.npz", x=digits.x_train, y=y, x_test=x_test, y_test=y_test)
    results = []
    for name in ("same.npz", "foreign.npz"):
        run_id = pretrain(PretrainSettings(data=name)).run_id
        results.append(compare(CompareSettings(run=run_id, **GRID)))
    table = Table(title=f"test accuracy in %, {GRID['budgets'][0]} labels, {GRID['draws']} draws")
    for column in ("method", "unlabelled of 0-5", "of 0-9", "difference, mean ± s.d."):
        table.add_column(column, justify="left" if column == "method" else "right")
    pivots = [100 * result.cells.pivot(index="draw", columns="method", values="test_accuracy") for result in results]
    for method in results[0].cells["method"].unique():
        same, foreign = (pivot[method] for pivot in pivots)
        lost = foreign - same
        table.add_row(method, f"{same.mean():.1f}", f"{foreign.mean():.1f}", f"{lost.mean():+.1f} ± {lost.std():.1f}")
    Console(width=110).print(table)
