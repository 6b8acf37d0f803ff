"""`compare_codes`: how well stage-one runs reconstruct, and how well simple classifiers do on their codes."""

import dataclasses
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from semisup import metrics, networks
from semisup.baselines import kernel_pca, pca
from semisup.commands.inputs.compare_codes import CompareCodesInputs, load
from semisup.commands.inputs.pretrain import PretrainInputs
from semisup.commands.pretrain import pretrain
from semisup.data.dataset import UNLABELLED, Dataset
from semisup.data.label_draw import label_draw
from semisup.runs import log
from semisup.runs.store import open_store
from semisup.settings import CompareCodesSettings, PretrainSettings
from semisup.system import progress, threads
from semisup.tasks import probes

Encode = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class CodesComparison:
    """What the comparison logged.

    Attributes:
        run_id: id of the parent run. Each row is a child run.
        rows: one row per code, with `name`, `pretrain_run`, `code_size` (for PCA, the largest in the comparison),
            `test_mse`, `test_linear_probe` (all labels), `test_linear_probe_N` (N labels, mean over the draws) with its
            standard deviation `test_linear_probe_N_deviation`, `test_nearest_neighbour` and `train_seconds`. Trained
            codes also have `test_relative_jacobian_norm`.
        budget: the number N of labels.
    """

    run_id: str
    rows: pd.DataFrame
    budget: int


def compare_codes(settings: CompareCodesSettings, inputs: CompareCodesInputs | None = None) -> CodesComparison:
    """Train the stage-one runs that the settings name, and score their codes.

    The codes of PCA and kernel PCA and the inputs themselves are scored too. Probes learn from all labels of the
    training rows, and from N labels on the same label draws for every code.

    Args:
        settings: what to train, and how to score it.
        inputs: data and runs that the settings name, if they have been read already.

    Raises:
        InputError: the data or the store is not as expected.
        FloatingPointError: a loss became NaN or infinite.
    """
    inputs = inputs or load(settings)
    open_store()
    dataset, budget = inputs.dataset, inputs.budget
    runs = [(name, one, pretrain(one, _inputs_of(one, dataset))) for name, one in inputs.stage_one.items()]
    parameters = {"stage": "compare", "method": "stage one", "labels": budget}
    with log.run(f"compare codes {dataset.name}", parameters, dataset) as run_id:
        log.log_json(dataclasses.asdict(settings), "settings.json")
        draws = {draw: label_draw(dataset, budget, draw) for draw in range(settings.draws)}
        log.log_json({str(draw): rows.tolist() for draw, rows in draws.items()}, "label_draws.json")
        with progress.cells("probes", len(runs) + 3) as report:
            rows = []
            for row, encode, code in _codes(runs, dataset):
                report(row["name"])
                scores = _probe(encode, dataset, draws)
                all_metrics = {key: value for key, value in row.items() if isinstance(value, float)} | scores
                log.log_cell(row["name"], code | {"stage": "cell"}, dataset, all_metrics)
                rows.append(row | scores)
        table = pd.DataFrame(rows)
        log.log_text(table.to_csv(index=False), "table.csv")
    return CodesComparison(run_id, table, budget)


def _inputs_of(settings: PretrainSettings, dataset: Dataset) -> PretrainInputs:
    return PretrainInputs(dataclasses.replace(settings, threads=threads.settle(settings.threads)), dataset)


def _codes(runs: list, dataset: Dataset) -> Iterator[tuple[dict[str, Any], Encode, dict[str, Any]]]:
    """Yield each code: its row of the table without probes, its encoder, and its parameters."""
    for name, settings, result in runs:
        row = {
            "name": name,
            "pretrain_run": result.run_id,
            "code_size": settings.code_size,
        } | {name: result.metrics[name] for name in ("test_mse", "train_seconds", "test_relative_jacobian_norm")}
        code = {"pretrain_run": result.run_id, "method": name, "code_size": settings.code_size}
        yield row, lambda x, encoder=result.encoder: networks.predict(encoder, x), code
    size = max(settings.code_size for _, settings, _ in runs)
    for name, baseline in (("pca", pca), ("kernel_pca", kernel_pca)):
        start = time.perf_counter()
        fitted = baseline.fit(dataset.x_train, size)
        seconds = time.perf_counter() - start
        if fitted is None:  # the code is as large as the inputs, which are a row of their own
            continue
        error = metrics.mean_squared_error(dataset.x_test, baseline.reconstruct(fitted, dataset.x_test))
        components = fitted.n_components
        row = {"name": name, "pretrain_run": "", "code_size": components, "test_mse": error, "train_seconds": seconds}
        code = {"method": name, "code_size": components}
        yield row, lambda x, baseline=baseline, fitted=fitted: baseline.encode(fitted, x), code
    features = dataset.x_train[0].size
    row = {"name": "inputs", "pretrain_run": "", "code_size": features, "test_mse": 0.0, "train_seconds": 0.0}
    yield row, lambda x: x.reshape(len(x), -1), {"method": "inputs", "code_size": features}


def _probe(encode: Encode, dataset: Dataset, draws: dict[int, np.ndarray]) -> dict[str, float]:
    """Return the test accuracies of probes on a code. `draws` maps each draw to its labelled rows."""
    labelled = np.flatnonzero(dataset.y_train != UNLABELLED)
    codes, y = encode(dataset.x_train), dataset.y_train
    test = encode(dataset.x_test), dataset.y_test
    few = [probes.linear(codes[rows], y[rows], *test) for rows in draws.values()]
    budget = len(draws[0])
    return {
        "test_linear_probe": probes.linear(codes[labelled], y[labelled], *test),
        f"test_linear_probe_{budget}": float(np.mean(few)),
        f"test_linear_probe_{budget}_deviation": float(np.std(few, ddof=1)),
        "test_nearest_neighbour": probes.nearest_neighbour(codes[labelled], y[labelled], *test),
    }
