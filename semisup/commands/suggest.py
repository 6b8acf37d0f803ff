"""Suggest: the unlabelled inputs whose labels would help most."""

import dataclasses
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from semisup import plots
from semisup.commands.inputs.suggest import SuggestInputs, load
from semisup.data.dataset import Dataset
from semisup.errors import InputError
from semisup.graphs import acquisition, neighbours, spreading
from semisup.graphs.acquisition import Choice
from semisup.methods.pretrained import Pretrained
from semisup.runs import log
from semisup.runs.store import open_store
from semisup.settings import SuggestSettings
from semisup.system import atomic

NEIGHBOURS = 10  # the graph's, as in finetune: what stage two has found is used
MOST_DRAWN = 200  # inputs on the contact sheet
LONGEST_NAME = 7  # characters of a class there


@dataclass(frozen=True)
class SuggestResult:
    """What to label next.

    Attributes:
        run_id: the run that it was asked of, which has it all in its folder `suggest`.
        suggestions: one row an input, the most helpful first: `rank` from 1; `file` and `row` in it, from 0; `why`
            (`coverage` or `doubt`); `class` and `next_class`, the most and the second most likely, and `share` of the
            first, as far as labels say so (empty, where there are none); `doubt` in [0, 1]; `speaks_for`, how many
            training inputs are near; `row_of_x_train`, its number without the rows that are held out as a test set.
        files: those that were written.
    """

    run_id: str
    suggestions: pd.DataFrame
    files: list[Path]


def suggest(settings: SuggestSettings, inputs: SuggestInputs | None = None) -> SuggestResult:
    """Choose inputs to label, by the codes of a stage-one run and the labels that are known.

    Args:
        settings: of which run, how many, and where to.
        inputs: what they name, where it is read already.

    Raises:
        InputError: the run, the data or the store is not as expected, or a file cannot be written.
    """
    inputs = inputs or load(settings)
    dataset = inputs.dataset
    open_store()
    stage_one = Pretrained.read(inputs.stage_one.run_id, dataset)
    codes, labelled = stage_one.train_codes("stage_one"), inputs.labelled
    graph = neighbours.adjacency(stage_one.train_neighbours("stage_one", NEIGHBOURS))
    shares = np.zeros((len(codes), dataset.classes))
    if len(labelled):
        shares = spreading.label_spreading(graph, labelled, dataset.y_train[labelled], dataset.classes)
        shares[spreading.unreached(graph, labelled)] = 0
    choice = acquisition.choose(codes, graph, shares, labelled, inputs.pool, settings.count, settings.seed)
    table = _table(dataset, choice, shares[choice.rows])
    images = len(dataset.shape) == 3
    sheets = {Path(settings.output).with_suffix(".png"): contact_sheet(dataset.x_train, table)} if images else {}
    metrics = {"labelled": float(len(inputs.labelled)), "mean_doubt": float(choice.doubt[inputs.pool].mean())}
    files = _write(Path(settings.output), table, sheets)
    figures = {path.name: figure for path, figure in sheets.items()}
    tables = {Path(settings.output).name: table}
    log.log_task(inputs.run.run_id, "suggest", dataclasses.asdict(settings), metrics, figures, tables)
    return SuggestResult(inputs.run.run_id, table, files)


def _table(dataset: Dataset, choice: Choice, shares: np.ndarray) -> pd.DataFrame:
    rows, said = choice.rows, shares.any(axis=1)
    places = dataset.origin[rows]
    likely = np.argsort(-shares, axis=1, kind="stable")[:, :2]  # (count, 2), or (count, 0) without labels
    names = [
        [dataset.class_names[c] if known else "" for c in of] or ["", ""]
        for of, known in zip(likely, said, strict=True)
    ]
    return pd.DataFrame(
        {
            "rank": np.arange(len(rows)) + 1,
            "file": places.names(),
            "row": places.rows,
            "why": np.where(choice.by_doubt, "doubt", "coverage"),
            "class": [first for first, _ in names],
            "next_class": [second for _, second in names],
            "share": np.where(said, shares.max(axis=1, initial=0), np.nan),
            "doubt": choice.doubt[rows],
            "speaks_for": choice.speaks_for,
            "row_of_x_train": rows,
        }
    )


def contact_sheet(x: np.ndarray, suggestions: pd.DataFrame) -> Figure:
    """The first 200 suggested of (n, height, width, channels) images, with their rank and the two classes that are most
    likely."""
    shown = suggestions.head(MOST_DRAWN)
    titles = [
        f"{rank}: {first[:LONGEST_NAME]} or {second[:LONGEST_NAME]}" if first else str(rank)
        for rank, first, second in zip(shown["rank"], shown["class"], shown["next_class"], strict=True)
    ]
    return plots.titled_inputs(x[shown["row_of_x_train"]], titles)


def _write(output: Path, table: pd.DataFrame, sheets: dict[Path, Figure]) -> list[Path]:
    """Write all files beside their places, and then put them there."""
    files = [*sheets, output]
    try:
        with ExitStack() as stack:
            aside = {path: stack.enter_context(atomic.new_file(path)) for path in files}
            table.to_csv(aside[output], index=False)
            for path, figure in sheets.items():
                figure.savefig(aside[path], dpi=120)
    except OSError as error:
        raise InputError(f"output: {output} cannot be written ({error.strerror})") from None
    return files
