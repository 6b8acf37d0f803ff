"""Compare: every encoder mode and the baselines on the same label draws, over several budgets."""

import dataclasses
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from semisup import metrics, plots, progress, tracking
from semisup.baselines import logistic_regression, pca
from semisup.data import Dataset
from semisup.data.label_draw import label_draw, resolve_budget
from semisup.finetune import cell_parameters, read_inputs
from semisup.methods.supervised import ENCODER_MODES, SupervisedMethod
from semisup.settings import CompareSettings
from semisup.tracking import StageOne

LABELS_A_CLASS = (1, 5, 10, 20)

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


def compare(settings: CompareSettings) -> CompareResult:
    """Run the grid methods × budgets × draws on one stage-one run and log it: a parent run with one child a cell.

    Raises:
        InputError: the run, the data, a budget or the store is not as expected.
    """
    tracking.open_store()
    stage_one, dataset = read_inputs(settings)
    budgets = _budgets(settings, dataset)
    draws = {draw: label_draw(dataset, budgets[-1], draw) for draw in range(settings.draws)}
    parameters = cell_parameters(settings, stage_one, "all", None, None) | {"stage": "compare"}
    with tracking.run(f"compare {dataset.name}", parameters, dataset) as run_id:
        tracking.log_json(dataclasses.asdict(settings), "settings.json")
        tracking.log_json({str(draw): rows.tolist() for draw, rows in draws.items()}, "label_draws.json")
        cells = pd.DataFrame(_run_cells(settings, stage_one, dataset, budgets, draws))
        table = summarise(cells)
        tracking.log_text(cells.to_csv(index=False), "cells.csv")
        tracking.log_text(table.to_csv(), "table.csv")
        tracking.log_figure(plots.accuracy_against_labels(cells, dataset.name), "accuracy_against_labels.png")
    return CompareResult(run_id, cells, table)


def _budgets(settings: CompareSettings, dataset: Dataset) -> list[int]:
    if settings.budgets is not None:
        return sorted({resolve_budget(dataset, labels) for labels in settings.budgets})
    available = resolve_budget(dataset, 1.0)
    return [n * dataset.classes for n in LABELS_A_CLASS if n * dataset.classes <= available]


def _run_cells(
    settings: CompareSettings,
    stage_one: StageOne,
    dataset: Dataset,
    budgets: list[int],
    draws: dict[int, np.ndarray],
) -> Iterator[dict[str, float]]:
    """Train, score and log each cell; a method is prepared once for all its cells."""
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


def _methods(settings: CompareSettings, stage_one: StageOne, dataset: Dataset) -> Iterator[tuple[str, Predict]]:
    """Each method by name, with what its cells share (codes, compiled graphs) computed once."""
    for mode in ENCODER_MODES:
        yield mode, _supervised(mode, settings, stage_one, dataset)
    yield "logistic_regression", _logistic(dataset, dataset.x_train, dataset.x_test)
    fitted = pca.fit(dataset.x_train, stage_one.encoder.output_shape[-1])
    codes, codes_test = pca.encode(fitted, dataset.x_train), pca.encode(fitted, dataset.x_test)
    yield "pca_logistic_regression", _logistic(dataset, codes, codes_test)


def _supervised(mode: str, settings: CompareSettings, stage_one: StageOne, dataset: Dataset) -> Predict:
    method = SupervisedMethod(stage_one.encoder, dataset.x_train, mode, dataset.classes, settings)
    inputs, inputs_test = method.inputs(dataset.x_train), method.inputs(dataset.x_test)

    def predict(rows: np.ndarray, draw: int) -> np.ndarray:
        init_seed, order_seed = settings.init_seed + draw, settings.order_seed + draw
        method.fit(inputs[rows], dataset.y_train[rows], init_seed, order_seed)
        return method.predict(inputs_test)

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
