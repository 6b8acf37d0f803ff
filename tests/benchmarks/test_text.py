"""Short texts with 20, 100 and 500 labels: stage one on their features, against logistic regression on TF-IDF.

    TEXTS=FOLDER python -m pytest -m benchmark -s tests/benchmarks/test_text.py

FOLDER has sms_spam.csv (column `kind`; the SMS Spam Collection) and movie_sentences.csv (`opinion`; sentence polarity
data, Pang and Lee 2005), each with one column of text. The opponent learns from scikit-learn's TfidfVectorizer, fitted
to all training texts, with its defaults, and with C chosen among 1, 10, 100 and 1000 by five folds of the drawn labels.
It sees the draws of the comparison.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from semisup import sources
from semisup.commands.compare import compare
from semisup.commands.pretrain import pretrain
from semisup.data.dataset import Dataset
from semisup.data.label_draw import label_draw
from semisup.settings import CompareSettings, PretrainSettings
from semisup.settings.compare import COMPARED
from semisup.settings.sources import TableOptions

TARGETS = {"sms_spam.csv": "kind", "movie_sentences.csv": "opinion"}
BUDGETS, DRAWS = [20, 100, 500], 10
METHODS = COMPARED | {"self-training": {"method": "self_training"}}
BASELINES = ["logistic_regression", "svm", "label_spreading", "codes_logistic_regression"]
CHOICES = {"C": [1, 10, 100, 1000]}


def opponents(path: Path, target: str, dataset: Dataset) -> dict[str, dict[tuple[int, int], tuple[float, float]]]:
    """Return accuracy and balanced accuracy of the opponents, of each budget and draw."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    texts = frame.drop(columns=target).iloc[:, 0]
    test = np.setdiff1d(np.arange(len(frame)), dataset.origin.rows)
    vectorizer = TfidfVectorizer().fit(texts.iloc[dataset.origin.rows])
    x, x_test = vectorizer.transform(texts.iloc[dataset.origin.rows]), vectorizer.transform(texts.iloc[test])
    y_test = np.array([dataset.class_names.index(name) for name in frame[target].iloc[test]])
    found: dict = {"TF-IDF, C = 1": {}, "TF-IDF, C chosen": {}}
    for budget in BUDGETS:
        for draw in range(DRAWS):
            rows = label_draw(dataset, budget, draw)
            y = dataset.y_train[rows]
            folds, plain = min(5, np.bincount(y).min()), LogisticRegression(max_iter=1000)
            chosen = plain if folds < 2 else GridSearchCV(plain, CHOICES, cv=StratifiedKFold(folds))
            for name, model in zip(found, (plain, chosen), strict=True):
                said = model.fit(x[rows], y).predict(x_test)
                found[name][budget, draw] = (said == y_test).mean(), balanced_accuracy_score(y_test, said)
    return found


@pytest.mark.benchmark
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("file", TARGETS)
def test_text(file, workspace):
    folder = os.environ.get("TEXTS") or pytest.skip("TEXTS names no folder")
    path, target = Path(folder) / file, TARGETS[file]
    run = pretrain(PretrainSettings(data=str(path), target=target))
    settings = CompareSettings(run=run.run_id, budgets=BUDGETS, draws=DRAWS, methods=dict(METHODS), baselines=BASELINES)
    cells = compare(settings).cells
    found = opponents(path, target, sources.load(str(path), table=TableOptions(target=target)))
    for name, group in cells.groupby("method", sort=False):
        found[name] = {
            (row.labels, row.draw): (row.test_accuracy, row.test_balanced_accuracy) for row in group.itertuples()
        }
    table = Table("test accuracy (balanced), %", *map(str, BUDGETS), title=file)
    for name, scores in found.items():
        shown = []
        for budget in BUDGETS:
            of_budget = 100 * np.array([scores[budget, draw] for draw in range(DRAWS)])
            mean, spread = of_budget.mean(axis=0), of_budget[:, 0].std(ddof=1)
            shown.append(f"{mean[0]:.1f} ± {spread:.1f} ({mean[1]:.1f})")
        table.add_row(name, *shown)
    Console(width=140).print(table)
