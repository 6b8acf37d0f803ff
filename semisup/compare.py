"""Compare: every encoder mode and the baselines on the same label draws, over several budgets."""

import dataclasses
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import keras
import numpy as np
import pandas as pd

from semisup import inputs, metrics, plots, progress, tracking
from semisup.baselines import logistic_regression, pca
from semisup.data import Dataset
from semisup.data.label_draw import label_draw
from semisup.finetune import cell_parameters, read_autoencoder
from semisup.inputs import StageTwoInputs
from semisup.methods.supervised import ENCODER_MODES, SupervisedMethod
from semisup.settings import CompareSettings
from semisup.store import StageOneRun, open_store

# Rows of x_train with their labels, and the draw's seed, to probabilities of the test inputs.
Predict = Callable[[np.ndarray, int], np.ndarray]


@dataclass(frozen=True)
class CompareResult:
    """What the comparison logged.

    Attributes:
        run_id: of the parent run; each cell is a child run.
        cells: one row a cell: `method`, `labels`, `draw`, `train_seconds` and the `test_*` metrics.
        table: one row a method and one column a budget: "mean ± standard deviation" of the test accuracy in per cent.
    """

    run_id: str
    cells: pd.DataFrame
    table: pd.DataFrame


def compare(settings: CompareSettings, given: StageTwoInputs | None = None) -> CompareResult:
    """Run the grid methods × budgets × draws on one stage-one run and log it: a parent run with one child a cell.

    Args:
        settings: what to compare and how.
        given: the inputs that they name, where they are read already.

    Raises:
        InputError: the run, the data, a budget or the store is not as expected.
    """
    given = given or inputs.for_stage_two(settings)
    stage_one, dataset, budgets = given.stage_one, given.dataset, given.budgets
    open_store()
    draws = {draw: label_draw(dataset, budgets[-1], draw) for draw in range(settings.draws)}
    parameters = cell_parameters(settings, stage_one, "all", None, None) | {"stage": "compare"}
    with tracking.run(f"compare {dataset.name}", parameters, dataset) as run_id:
        tracking.log_json(dataclasses.asdict(settings), "settings.json")
        tracking.log_json({str(draw): rows.tolist() for draw, rows in draws.items()}, "label_draws.json")
        cells = pd.DataFrame(_run_cells(settings, given, draws))
        table = summarise(cells)
        tracking.log_text(cells.to_csv(index=False), "cells.csv")
        tracking.log_text(table.to_csv(), "table.csv")
        tracking.log_figure(plots.accuracy_against_labels(cells, dataset.name), "accuracy_against_labels.png")
    return CompareResult(run_id, cells, table)


def _run_cells(
    settings: CompareSettings, given: StageTwoInputs, draws: dict[int, np.ndarray]
) -> Iterator[dict[str, float]]:
    """Train, score and log each cell; a method is prepared once for all its cells."""
    stage_one, dataset, budgets = given.stage_one, given.dataset, given.budgets
    total = (len(ENCODER_MODES) + 2) * len(budgets) * len(draws)
    with progress.cells("compare", total) as report:
        for name, predict in _methods(settings, stage_one, dataset):
            for budget in budgets:
                for draw, rows in draws.items():
                    start = time.perf_counter()
                    probabilities = predict(rows[:budget], draw)
                    seconds = time.perf_counter() - start
                    scores = metrics.classification(dataset.y_test, probabilities) | {"train_seconds": seconds}
                    parameters = cell_parameters(settings, stage_one, name, budget, draw) | {
                        "stage": "cell",
                        "init_seed": settings.init_seed + draw,
                        "order_seed": settings.order_seed + draw,
                    }
                    cell = f"{name} {budget} labels draw {draw}"
                    tracking.log_cell(cell, parameters, dataset, scores)
                    report(cell)
                    yield {"method": name, "labels": budget, "draw": draw} | scores


def _methods(settings: CompareSettings, stage_one: StageOneRun, dataset: Dataset) -> Iterator[tuple[str, Predict]]:
    """Each method by name, with what its cells share (codes, compiled graphs) computed once."""
    encoder, _ = read_autoencoder(stage_one)
    for mode in ENCODER_MODES:
        yield mode, _supervised(mode, settings, encoder, dataset)
    yield "logistic_regression", _logistic(dataset, dataset.x_train, dataset.x_test)
    fitted = pca.fit(dataset.x_train, encoder.output_shape[-1])
    codes, codes_test = pca.encode(fitted, dataset.x_train), pca.encode(fitted, dataset.x_test)
    yield "pca_logistic_regression", _logistic(dataset, codes, codes_test)


def _supervised(mode: str, settings: CompareSettings, encoder: keras.Model, dataset: Dataset) -> Predict:
    method = SupervisedMethod(encoder, dataset.x_train, mode, dataset.classes, settings)
    x, x_test = method.inputs(dataset.x_train), method.inputs(dataset.x_test)

    def predict(rows: np.ndarray, draw: int) -> np.ndarray:
        init_seed, order_seed = settings.init_seed + draw, settings.order_seed + draw
        method.fit(x[rows], dataset.y_train[rows], init_seed, order_seed)
        return method.predict(x_test)

    return predict


def _logistic(dataset: Dataset, features: np.ndarray, features_test: np.ndarray) -> Predict:
    return lambda rows, draw: logistic_regression.predict(features[rows], dataset.y_train[rows], features_test)


def summarise(cells: pd.DataFrame) -> pd.DataFrame:
    """Mean ± standard deviation over the draws of the test accuracy in per cent, methods by budgets."""
    accuracy = 100 * cells.pivot_table(
        index="method", columns="labels", values="test_accuracy", aggfunc=["mean", "std"], sort=False
    )
    text = accuracy["mean"].map("{:.1f}".format) + " ± " + accuracy["std"].map("{:.1f}".format)
    return text.loc[cells["method"].unique(), sorted(cells["labels"].unique())]
