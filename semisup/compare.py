"""Compare: methods of stage two and baselines on the same label draws, over several budgets."""

import dataclasses
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from semisup import inputs, methods, metrics, plots, progress, tracking
from semisup.baselines import classifiers, pca
from semisup.data import Dataset
from semisup.data.label_draw import label_draw
from semisup.finetune import STAGE_ONE, cell_parameters
from semisup.inputs import StageTwoInputs
from semisup.settings import CompareSettings, FinetuneSettings
from semisup.settings.compare import CLASSIFIERS
from semisup.stage_one import StageOne
from semisup.store import StageOneRun, open_store

# Rows of x_train whose labels are known, and the two seeds (`init_seed`, `order_seed`), to probabilities of the test
# inputs.
Predict = Callable[..., np.ndarray]


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
    parameters = {key: stage_one.parameters.get(key) for key in STAGE_ONE}
    parameters |= {"stage": "compare", "method": "all", "pretrain_run": stage_one.run_id}
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
    total = (len(settings.methods) + len(settings.baselines)) * len(budgets) * len(draws)
    with progress.cells("compare", total) as report:
        for name, parameters, predict in _methods(settings, stage_one, dataset):
            for budget in budgets:
                for draw, rows in draws.items():
                    seeds = {"init_seed": settings.init_seed + draw, "order_seed": settings.order_seed + draw}
                    start = time.perf_counter()
                    probabilities = predict(rows[:budget], **seeds)
                    seconds = time.perf_counter() - start
                    scores = metrics.classification(dataset.y_test, probabilities) | {"train_seconds": seconds}
                    cell = f"{name} {budget} labels draw {draw}"
                    drawn = seeds | {"stage": "cell", "labels": budget, "draw": draw}
                    tracking.log_cell(cell, parameters | drawn, dataset, scores)
                    report(cell)
                    yield {"method": name, "labels": budget, "draw": draw} | scores


def _methods(
    settings: CompareSettings, run: StageOneRun, dataset: Dataset
) -> Iterator[tuple[str, dict[str, Any], Predict]]:
    """Each method and baseline by name, with its parameters, and what its cells share (codes, compiled graphs)
    computed once."""
    stage_one = StageOne.read(run.run_id, dataset)
    for name, cell in settings.cells().items():
        yield name, cell_parameters(cell, run, 0), _method(cell, stage_one, dataset)
    features = _features(settings.baselines, stage_one, dataset)
    for name in settings.baselines:
        of, classifier = name.removesuffix(_classifier(name)).rstrip("_") or "inputs", _classifier(name)
        parameters = {"method": classifier, "encoder": of, "pretrain_run": run.run_id}
        yield name, parameters, _baseline(classifier, *features[of], dataset)


def _method(settings: FinetuneSettings, stage_one: StageOne, dataset: Dataset) -> Predict:
    method = methods.prepare(stage_one, dataset, settings)
    x_test = method.inputs(dataset.x_test)

    def predict(rows: np.ndarray, init_seed: int, order_seed: int) -> np.ndarray:
        method.fit(rows, dataset.y_train[rows], init_seed, order_seed)
        return method.predict(x_test)

    return predict


def _classifier(baseline: str) -> str:
    return next(name for name in CLASSIFIERS if baseline.endswith(name))


def _features(baselines: list[str], stage_one: StageOne, dataset: Dataset) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """What baselines are given for training and test inputs: themselves, and the codes that a name asks for."""
    features = {"inputs": (dataset.x_train, dataset.x_test)}
    if any(name.startswith("codes_") for name in baselines):
        features["codes"] = stage_one.train_codes("stage_one"), stage_one.encode(dataset.x_test, "stage_one")
    if any(name.startswith("pca_") for name in baselines):
        fitted = pca.fit(dataset.x_train, stage_one.encoder.output_shape[-1])
        features["pca"] = pca.encode(fitted, dataset.x_train), pca.encode(fitted, dataset.x_test)
    return features


def _baseline(classifier: str, x: np.ndarray, x_test: np.ndarray, dataset: Dataset) -> Predict:
    def predict(rows: np.ndarray, init_seed: int, order_seed: int) -> np.ndarray:
        return classifiers.predict(classifier, x, rows, dataset.y_train[rows], x_test, init_seed)

    return predict


def summarise(cells: pd.DataFrame) -> pd.DataFrame:
    """Mean ± standard deviation over the draws of the test accuracy in per cent, methods by budgets."""
    accuracy = 100 * cells.pivot_table(
        index="method", columns="labels", values="test_accuracy", aggfunc=["mean", "std"], sort=False
    )
    text = accuracy["mean"].map("{:.1f}".format) + " ± " + accuracy["std"].map("{:.1f}".format)
    return text.loc[cells["method"].unique(), sorted(cells["labels"].unique())]
