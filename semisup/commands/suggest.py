"""`suggest`: list the unlabelled inputs whose labels would help most."""

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

NEIGHBOURS = 10  # of the graph, as in finetune by default, so that stored neighbours can be used again
MOST_DRAWN = 200  # inputs on the contact sheet
LONGEST_NAME = 7  # characters of a class name on the contact sheet


@dataclass(frozen=True)
class SuggestResult:
    """What to label next.

    Attributes:
        run_id: id of the run that the user named. It has the suggestions in its folder `suggest`.
        suggestions: one row per input, the most helpful first. `rank` counts from 1. `file` and `row` (from 0) say
            where the input is. `why` is `coverage` or `doubt`. `class` and `next_class` are the most and the second
            most likely class, and `share` is the probability of the first; all are empty where no label reaches the
            input. `doubt` is in [0, 1]. `speaks_for` says how many training inputs are near. `row_of_x_train` is the
            row number after the test set is held out.
        files: files that were written.
    """

    run_id: str
    suggestions: pd.DataFrame
    files: list[Path]


def suggest(settings: SuggestSettings, inputs: SuggestInputs | None = None) -> SuggestResult:
    """Choose inputs to label, by the codes of a stage-one run and the labels that are known.

    Args:
        settings: the run, how many inputs to choose, and the file to write.
        inputs: data and runs that the settings name, if they have been read already.

    Raises:
        InputError: the run, the data or the store is not as expected, or a file cannot be written.
    """
    inputs = inputs or load(settings)
    dataset = inputs.dataset
    open_store()
    stage_one = Pretrained.read(inputs.stage_one.run_id, dataset)
    codes, labelled = stage_one.train_codes("stage_one"), inputs.labelled
    graph = neighbours.adjacency(stage_one.train_neighbours("stage_one", NEIGHBOURS))
    probabilities = np.zeros((len(codes), dataset.classes))  # all 0 where no label reaches
    if len(labelled):
        probabilities = spreading.label_spreading(graph, labelled, dataset.y_train[labelled], dataset.classes)
        probabilities[spreading.unreached(graph, labelled)] = 0
    choice = acquisition.choose(codes, graph, probabilities, labelled, inputs.pool, inputs.count, settings.seed)
    table = _table(dataset, choice, probabilities[choice.rows])
    images = len(dataset.shape) == 3
    sheets = {Path(settings.output).with_suffix(".png"): contact_sheet(dataset.x_train, table)} if images else {}
    metrics = {"labelled": float(len(inputs.labelled)), "mean_doubt": float(choice.doubt[inputs.pool].mean())}
    files = _write(Path(settings.output), table, sheets)
    figures = {path.name: figure for path, figure in sheets.items()}
    tables = {Path(settings.output).name: table}
    log.log_task(inputs.run.run_id, "suggest", dataclasses.asdict(settings), metrics, figures, tables)
    return SuggestResult(inputs.run.run_id, table, files)


def _table(dataset: Dataset, choice: Choice, probabilities: np.ndarray) -> pd.DataFrame:
    """Return the table of the chosen rows, from their (count, classes) probabilities."""
    rows, reached = choice.rows, probabilities.any(axis=1)
    origin = dataset.origin[rows]
    likely = np.argsort(-probabilities, axis=1, kind="stable")[:, :2]  # (count, 2), or (count, 0) without labels
    names = [
        [dataset.class_names[c] if known else "" for c in classes] or ["", ""]
        for classes, known in zip(likely, reached, strict=True)
    ]
    return pd.DataFrame(
        {
            "rank": np.arange(len(rows)) + 1,
            "file": origin.names(),
            "row": origin.rows,
            "why": np.where(choice.by_doubt, "doubt", "coverage"),
            "class": [first for first, _ in names],
            "next_class": [second for _, second in names],
            "share": np.where(reached, probabilities.max(axis=1, initial=0), np.nan),
            "doubt": choice.doubt[rows],
            "speaks_for": choice.speaks_for,
            "row_of_x_train": rows,
        }
    )


def contact_sheet(x: np.ndarray, suggestions: pd.DataFrame) -> Figure:
    """Draw the first 200 suggested images, with their rank and their two most likely classes.

    Args:
        x: (n, height, width, channels) training images.
        suggestions: the table of suggestions.
    """
    shown = suggestions.head(MOST_DRAWN)
    titles = [
        f"{rank}: {first[:LONGEST_NAME]} or {second[:LONGEST_NAME]}" if first else str(rank)
        for rank, first, second in zip(shown["rank"], shown["class"], shown["next_class"], strict=True)
    ]
    return plots.titled_inputs(x[shown["row_of_x_train"]], titles)


def _write(output: Path, table: pd.DataFrame, sheets: dict[Path, Figure]) -> list[Path]:
    """Write all files under temporary names, and then move them to their places."""
    files = [*sheets, output]
    try:
        with ExitStack() as stack:
            temporary = {path: stack.enter_context(atomic.new_file(path)) for path in files}
            table.to_csv(temporary[output], index=False)
            for path, figure in sheets.items():
                figure.savefig(temporary[path], dpi=120)
    except OSError as error:
        raise InputError(f"output: {output} cannot be written ({error.strerror})") from None
    return files
