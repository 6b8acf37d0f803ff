"""Compare: methods of stage two and baselines on the same label draws, over several budgets, and what follows."""

import dataclasses
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pandas as pd
from mlflow.entities import Run

from semisup import inputs, interrupts, mismatch, progress, provenance, records, tracking
from semisup.comparison import page, pictures, words, workers
from semisup.comparison.cells import Cell, of_grid
from semisup.comparison.verdict import Verdict, judge
from semisup.data import Dataset, leaks
from semisup.data.label_draw import label_draw
from semisup.errors import InputError
from semisup.finetune import STAGE_ONE, cell_parameters
from semisup.inputs import StageOneInputs, StageTwoInputs
from semisup.parameters import flat
from semisup.pretrain import pretrained
from semisup.settings import CompareSettings
from semisup.stage_one import StageOne
from semisup.store import open_store
from semisup.stored_runs import StoredRun
from semisup.threads import in_force
from semisup.training_run import exclusive_run


@dataclass(frozen=True)
class CompareResult:
    """What the comparison logged.

    Attributes:
        run_id: of the parent run; each cell is a child run.
        cells: one row a cell: `method`, `labels`, `draw`, `train_seconds` and the `test_*` metrics.
        verdict: what follows.
    """

    run_id: str
    cells: pd.DataFrame
    verdict: Verdict


def compare(
    settings: CompareSettings, given: dict[str, StageTwoInputs | StageOneInputs] | None = None
) -> CompareResult:
    """Run the grid stage-one runs × methods × budgets × draws and log it: a parent run with one child a cell.

    Cells that are finished already, under the same configuration, data and code, are not trained again; a comparison
    that was interrupted goes on in its own run.

    Args:
        settings: what to compare and how.
        given: the inputs that they name, where they are read already.

    Raises:
        InputError: a run, the data, a budget or the store is not as expected, or no cell could be trained.
    """
    open_store()
    found = _stage_one(settings, given or inputs.for_comparison(settings))
    first = next(iter(found.values()))
    dataset, budgets = first.dataset, first.budgets
    codes = StageOne.read(first.stage_one.run_id, dataset).train_codes("stage_one")
    mismatch.warn_of(mismatch.measure(codes, label_draw(dataset, budgets[-1], 0)))
    leaks.warn_of(dataset)
    cells = of_grid(settings, {name: each.stage_one.run_id for name, each in found.items()}, budgets, dataset.digest)
    runs = {each.stage_one.run_id: each.stage_one for each in found.values()}
    parameters = {key: first.stage_one.parameters.get(key) for key in STAGE_ONE} if len(found) == 1 else {}
    parameters |= {"stage": "compare", "method": "all", "pretrain_run": ", ".join(runs)}
    grid = dataclasses.asdict(dataclasses.replace(settings, processes=None, cluster=None))
    digest = provenance.digest([grid, flat(parameters, dataset)])
    earlier = records.ended(digest)
    with exclusive_run(f"compare {dataset.name}", parameters, dataset, digest, earlier) as run_id:
        tracking.log_json(dataclasses.asdict(settings), "settings.json")
        draws = {str(draw): label_draw(dataset, budgets[-1], draw).tolist() for draw in range(settings.draws)}
        tracking.log_json(draws, "label_draws.json")
        scored, failed = _score(settings, cells, runs, list(found.values()), dataset, run_id)
        if not scored:
            raise InputError(f"compare: expected a cell that can be trained, found none: {next(iter(failed.values()))}")
        table = pd.DataFrame(scored)
        alone = list(dict.fromkeys(cell.name for cell in cells if cell.labels_alone))
        verdict = judge(
            table, alone, settings.reference, failed, len(dataset.y_test), dataset.labelled, settings.metric
        )
        _log(table, verdict, dataset)
    return CompareResult(run_id, table, verdict)


def _stage_one(
    settings: CompareSettings, given: dict[str, StageTwoInputs | StageOneInputs]
) -> dict[str, StageTwoInputs]:
    """Train the stage-one runs that are not trained yet."""
    found = {}
    for name, each in given.items():
        if isinstance(each, StageOneInputs):
            run_id = pretrained(each.settings, each.dataset)
            each = inputs.for_stage_two(dataclasses.replace(settings, run=run_id, stage_one=None, reference=None))
        found[name] = each
    return found


def _score(
    settings: CompareSettings,
    cells: list[Cell],
    runs: dict[str, StoredRun],
    given: list[StageTwoInputs],
    dataset: Dataset,
    run_id: str,
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The rows of the table, in the order of the grid, and what went wrong with other cells; each is logged as it
    ends."""
    used = {"threads": in_force() if settings.processes == 1 else 1}
    parameters = {cell: _parameters(cell, runs[cell.settings.run]) | used for cell in cells}
    digests = {cell: provenance.digest(flat(parameters[cell], dataset)) for cell in cells}
    done = records.finished("cell", dataset, run_id)
    records.forget_failed_cells(run_id)
    scores: dict[Cell, dict[str, float]] = {}
    failed: dict[str, str] = {}
    known = {cell: done.get(digests[cell]) for cell in cells}
    results = _results(settings, cells, known, given)
    with progress.cells("compare", len(cells)) as report, closing(results):
        for cell, found in results:
            error = found if isinstance(found, str) else None
            if error is not None:
                failed[cell.title] = error
            else:
                figures = found.data.metrics if isinstance(found, Run) else found
                scores[cell] = {name: figures[name] for name in sorted(figures)}
            if not (isinstance(found, Run) and found.data.tags.get(tracking.PARENT) == run_id):
                logged = parameters[cell] | {"stage": "cell", "name": cell.name}
                tracking.log_cell(cell.title, logged, dataset, scores.get(cell, {}), digests[cell], error)
            report(cell.title)
            interrupts.raise_if_asked()
    at = {cell: {"method": cell.name, "labels": cell.settings.labels, "draw": cell.settings.draw} for cell in scores}
    return [at[cell] | scores[cell] for cell in cells if cell in scores], failed


def _results(
    settings: CompareSettings, cells: list[Cell], done: dict[Cell, Run | None], given: list[StageTwoInputs]
) -> Iterator[tuple[Cell, Run | dict[str, float] | str]]:
    """Each cell with its earlier run, its scores or what went wrong."""
    yield from ((cell, run) for cell, run in done.items() if run is not None)
    left = [cell for cell in cells if done[cell] is None]
    if settings.cluster is not None and left:
        from semisup.comparison import cluster  # the extra semisup[cluster]

        yield from cluster.on_cluster(left, settings.cluster, given[0].dataset.name)
        return
    if settings.processes == 1:
        yield from workers.here(left, given)
    else:
        yield from workers.in_processes(left, settings.processes or workers.pay_off(len(left)))


def _parameters(cell: Cell, run: StoredRun) -> dict[str, Any]:
    if cell.baseline is None:
        return cell_parameters(cell.settings, run, cell.settings.labels)
    settings = cell.settings
    parameters = {"method": cell.classifier, "encoder": cell.features, "labels": settings.labels}
    parameters |= {name: getattr(settings, name) for name in ("draw", "init_seed", "order_seed")}
    if cell.features != "inputs":
        parameters |= {"code_size": run.parameters["code_size"]}
    if cell.features == "codes":
        parameters |= {key: run.parameters.get(key) for key in STAGE_ONE} | {"pretrain_run": run.run_id}
    return parameters


def _log(table: pd.DataFrame, verdict: Verdict, dataset: Dataset) -> None:
    """The table, the verdict, the pictures and the page of both."""
    header, rows = words.table(verdict)
    tracking.log_text(table.to_csv(index=False), "cells.csv")
    tracking.log_text(pd.DataFrame(rows, columns=header).to_csv(index=False), "table.csv")
    text = words.markdown(verdict)
    tracking.log_text(text, "verdict.md")
    tracking.log_json(verdict.as_json(), "verdict.json")
    tracking.describe(text)
    tracking.log_accuracies(_means(verdict))
    drawn = {
        "accuracy_against_labels": pictures.accuracy_against_labels(verdict, dataset.name),
        "paired_differences": pictures.paired_differences(verdict),
        "calibration": pictures.calibration_against_labels(verdict, table),
        "time": pictures.time_of_methods(verdict),
    }
    drawn = {name: figure for name, figure in drawn.items() if figure is not None}
    for name, figure in drawn.items():
        tracking.log_figure(figure, f"{name}.png")
    tracking.log_text(page.html(verdict, dataset.name, drawn), "report.html")


def _means(verdict: Verdict) -> dict[str, dict[int, float]]:
    return {
        name: {n: figures.accuracy.value for n, figures in by_labels.items() if figures.draws}
        for name, by_labels in verdict.methods.items()
    }
