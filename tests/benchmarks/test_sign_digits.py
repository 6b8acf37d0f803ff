"""Photographs of hands that show 0 to 9 (2,062 pictures), with 5 and 20 labels a class, against histograms of gradients
and a support vector machine.

    SIGN_DIGITS=FOLDER python -m pytest -m benchmark -s tests/benchmarks/test_sign_digits.py

FOLDER has a folder of pictures for each class (https://github.com/ardamavi/Sign-Language-Digits-Dataset). Stage one and
the grid of stage two are those of configs/pretrain/sign-digits.yaml and configs/compare/sign-digits.yaml; the baseline
(Dalal and Triggs 2005; needs the extra `bench`) sees the same draws, in grey of 64×64, its cell size and C chosen on
held-out training rows.
"""

import os
from pathlib import Path

import numpy as np
import pytest
import yaml
from rich.console import Console
from rich.table import Table
from sklearn.svm import SVC

from semisup import sources
from semisup.commands.compare import compare
from semisup.commands.pretrain import pretrain
from semisup.data.dataset import Dataset
from semisup.data.label_draw import label_draw
from semisup.settings import CompareSettings, PretrainSettings
from semisup.settings.sources import ImageOptions

CONFIGS = Path(__file__).parents[2] / "configs"
CELL, C = 12, 10.0


def histograms(x: np.ndarray) -> np.ndarray:
    """(n, features) of (n, height, width, 1) grey pictures: 9 directions, blocks of 2×2 cells."""
    from skimage.feature import hog

    return np.array([hog(one[..., 0], 9, pixels_per_cell=(CELL, CELL), cells_per_block=(2, 2)) for one in x])


def hog_svm(dataset: Dataset, budget: int, draws: int) -> np.ndarray:
    """(draws,) test accuracies."""
    x, x_test = histograms(dataset.x_train), histograms(dataset.x_test)
    hits = []
    for draw in range(draws):
        rows = label_draw(dataset, budget, draw)
        predicted = SVC(C=C).fit(x[rows], dataset.y_train[rows]).predict(x_test)
        hits.append(np.mean(predicted == dataset.y_test))
    return np.array(hits)


@pytest.mark.benchmark
def test_against_histograms_of_gradients(workspace):
    pytest.importorskip("skimage")
    folder = os.environ.get("SIGN_DIGITS") or pytest.skip("SIGN_DIGITS names no folder")
    options = {
        stage: yaml.safe_load((CONFIGS / stage / "sign-digits.yaml").read_text()) for stage in ("pretrain", "compare")
    }
    pretrain(PretrainSettings(**(options["pretrain"] | {"data": folder})))
    settings = CompareSettings(**options["compare"])  # on the latest stage-one run, that one
    compared = compare(settings)
    grey = sources.load(folder, images=ImageOptions(image_size=[64, 64], colour=False))
    table = Table("labels", *map(str, settings.budgets))
    rows = {"histograms of gradients, svm": [hog_svm(grey, budget, settings.draws) for budget in settings.budgets]}
    for name, cells in compared.cells.groupby("method", sort=False):
        rows[name] = [cells.test_accuracy[cells.labels == budget].to_numpy() for budget in settings.budgets]
    for name, row in rows.items():
        table.add_row(name, *(f"{100 * cell.mean():.1f} ± {100 * cell.std(ddof=1):.1f}" for cell in row))
    Console(width=110).print(table)
