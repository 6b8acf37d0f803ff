"""`compare`: methods of stage two and baselines on the same label draws at several budgets, and the verdict."""

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pandas as pd
from mlflow.entities import Run

from semisup.commands.inputs.compare import ComparedRun, compared_run, load
from semisup.commands.inputs.pretrain import PretrainInputs
from semisup.commands.pretrain import pretrained
from semisup.comparison import html_report, plots, sentences, workers
from semisup.comparison.cells import Cell, Source, of_grid
from semisup.comparison.verdict import Verdict, judge
from semisup.data import leakage
from semisup.data.dataset import Dataset
from semisup.data.label_draw import label_draw
from semisup.errors import InputError
from semisup.graphs import mismatch
from semisup.methods.pretrained import Pretrained
from semisup.runs import log, parameters, read
from semisup.runs.find import StoredRun
from semisup.runs.parameters import INHERITED, flat
from semisup.runs.store import open_store
from semisup.runs.training_run import exclusive_run
from semisup.settings import CompareSettings
from semisup.system import interrupts, progress, provenance
from semisup.system.threads import in_force


@dataclass(frozen=True)
class CompareResult:
    """What the comparison logged.

    Attributes:
        run_id: id of the parent run. Each cell is a child run.
        cells: one row per cell, with `method`, `labels`, `draw`, `train_seconds` and the `test_*` metrics.
        verdict: the conclusions.
    """

    run_id: str
    cells: pd.DataFrame
    verdict: Verdict


def compare(
    settings: CompareSettings, inputs: Mapping[str, ComparedRun | PretrainInputs] | None = None
) -> CompareResult:
    """Run the grid stage-one runs × methods × budgets × draws, and log it as a parent run with one child run per cell.

    A cell that is already finished under the same configuration, data and code is not trained again. A comparison that
    was interrupted goes on in its own run.

    Args:
        settings: what to compare and how.
        inputs: data and runs that the settings name, if they have been read already.

    Raises:
        InputError: a run, the data, a budget or the store is not as expected, or no cell could be trained.
    """
    open_store()
    compared = _trained(settings, inputs or load(settings))
    first = next(iter(compared.values()))
    dataset, budgets = first.dataset, first.budgets
    codes = Pretrained.read(first.stage_one.run_id, dataset).train_codes("stage_one")
    mismatch.warn_of(mismatch.measure(codes, label_draw(dataset, budgets[-1], 0)))
    leakage.warn_of(dataset)
    sources = {
        name: Source(each.stage_one.run_id, settings.data, settings.data_dir, dataset.digest)
        for name, each in compared.items()
    }
    cells = of_grid(sources, settings.recipes, settings.baselines, settings.seeds, budgets, settings.draws)
    runs = {each.stage_one.run_id: each.stage_one for each in compared.values()}
    logged = {name: first.stage_one.parameters.get(name) for name in INHERITED} if len(compared) == 1 else {}
    logged |= {"stage": "compare", "method": "all", "pretrain_run": ", ".join(runs)}
    grid = dataclasses.asdict(dataclasses.replace(settings, processes=None, cluster=None))
    digest = provenance.digest([grid, flat(logged, dataset)])
    with exclusive_run(f"compare {dataset.name}", logged, dataset, digest, read.ended(digest)) as run_id:
        log.log_json(dataclasses.asdict(settings), "settings.json")
        draws = {str(draw): label_draw(dataset, budgets[-1], draw).tolist() for draw in range(settings.draws)}
        log.log_json(draws, "label_draws.json")
        scored, failed = _score(settings.processes, settings.cluster, cells, runs, dataset, run_id)
        if not scored:
            raise InputError(f"compare: expected a cell that can be trained, found none: {next(iter(failed.values()))}")
        table = pd.DataFrame(scored)
        labels_alone = list(dict.fromkeys(cell.name for cell in cells if cell.labels_alone))
        verdict = judge(
            table, labels_alone, settings.reference, failed, len(dataset.y_test), dataset.labelled, settings.metric
        )
        _log(table, verdict, dataset)
    return CompareResult(run_id, table, verdict)


def _trained(settings: CompareSettings, inputs: Mapping[str, ComparedRun | PretrainInputs]) -> dict[str, ComparedRun]:
    """Return all stage-one runs by name, after training those that are not trained yet."""
    return {
        name: compared_run(settings, pretrained(each)) if isinstance(each, PretrainInputs) else each
        for name, each in inputs.items()
    }


def _score(
    processes: int | None,
    cluster: str | None,
    cells: list[Cell],
    runs: dict[str, StoredRun],
    dataset: Dataset,
    run_id: str,
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Train and score the cells, and log each as it ends.

    Returns:
        The rows of the table, one per scored cell, in the order of the grid; and why each other cell failed, by title.
    """
    threads = {"threads": in_force() if processes == 1 else 1}
    cell_parameters = {cell: _parameters(cell, runs[cell.source.run]) | threads for cell in cells}
    digests = {cell: provenance.digest(flat(cell_parameters[cell], dataset)) for cell in cells}
    done = read.finished("cell", dataset, run_id)
    read.forget_failed_cells(run_id)
    scores: dict[Cell, dict[str, float]] = {}
    failed: dict[str, str] = {}
    earlier = {cell: done.get(digests[cell]) for cell in cells}
    results = _results(processes, cluster, earlier, dataset)
    with progress.cells("compare", len(cells)) as report, closing(results):
        for cell, result in results:
            error = result if isinstance(result, str) else None
            if error is not None:
                failed[cell.title] = error
            else:
                metrics = result.data.metrics if isinstance(result, Run) else result
                scores[cell] = {name: metrics[name] for name in sorted(metrics)}
            if not (isinstance(result, Run) and result.data.tags.get(log.PARENT) == run_id):
                logged = cell_parameters[cell] | {"stage": "cell", "name": cell.name}
                log.log_cell(cell.title, logged, dataset, scores.get(cell, {}), digests[cell], error)
            report(cell.title)
            interrupts.raise_if_asked()
    keys = {cell: {"method": cell.name, "labels": cell.labels, "draw": cell.draw} for cell in scores}
    return [keys[cell] | scores[cell] for cell in cells if cell in scores], failed


def _results(
    processes: int | None, cluster: str | None, earlier: dict[Cell, Run | None], dataset: Dataset
) -> Iterator[tuple[Cell, Run | dict[str, float] | str]]:
    """Yield each cell with its earlier run, with its scores, or with the reason why it failed."""
    yield from ((cell, run) for cell, run in earlier.items() if run is not None)
    left = [cell for cell, run in earlier.items() if run is None]
    if cluster is not None and left:
        from semisup.comparison import dask_workers  # the extra semisup[cluster]

        yield from dask_workers.on_cluster(left, cluster, dataset.name)
    elif processes == 1:
        yield from workers.here(left, {cell.source: dataset for cell in left})
    else:
        yield from workers.in_processes(left, processes or workers.pay_off(len(left)))


def _parameters(cell: Cell, run: StoredRun) -> dict[str, Any]:
    """Return the parameters to log for a cell that builds on a stage-one run."""
    values = {"labels": cell.labels, "draw": cell.draw} | dataclasses.asdict(cell.seeds)
    if cell.recipe is not None:
        return parameters.of_recipe(cell.recipe, run.parameters) | values | {"pretrain_run": run.run_id}
    values |= {"method": cell.classifier, "encoder": cell.features}
    if cell.features != "inputs":
        values |= {"code_size": run.parameters["code_size"]}
    if cell.features == "codes":
        values |= {name: run.parameters.get(name) for name in INHERITED} | {"pretrain_run": run.run_id}
    return values


def _log(table: pd.DataFrame, verdict: Verdict, dataset: Dataset) -> None:
    """Log the table, the verdict, the figures, and the page that has them all."""
    header, rows = sentences.table(verdict)
    log.log_text(table.to_csv(index=False), "cells.csv")
    log.log_text(pd.DataFrame(rows, columns=header).to_csv(index=False), "table.csv")
    text = sentences.markdown(verdict)
    log.log_text(text, "verdict.md")
    log.log_json(verdict.as_json(), "verdict.json")
    log.describe(text)
    log.log_accuracies(_means(verdict))
    figures = {
        "accuracy_against_labels": plots.accuracy_against_labels(verdict, dataset.name),
        "paired_differences": plots.paired_differences(verdict),
        "calibration": plots.calibration_against_labels(verdict, table),
        "time": plots.time_of_methods(verdict),
    }
    figures = {name: figure for name, figure in figures.items() if figure is not None}
    for name, figure in figures.items():
        log.log_figure(figure, f"{name}.png")
    log.log_text(html_report.html(verdict, dataset.name, figures), "report.html")


def _means(verdict: Verdict) -> dict[str, dict[int, float]]:
    """Return the mean metric of each method at each number of labels."""
    return {
        name: {n: at.accuracy.value for n, at in by_labels.items() if at.draws}
        for name, by_labels in verdict.methods.items()
    }
