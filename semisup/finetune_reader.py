"""Stage two with a sequence decoder: numbers read aloud from images of their digits."""

import time
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from semisup import inputs, networks, records, resuming, tracking
from semisup import progress as bars
from semisup.data import Dataset, readings, sequences
from semisup.data.label_draw import label_draw
from semisup.finetune import cell_parameters, weights_digest
from semisup.heads import reader as heads
from semisup.inputs import StageTwoInputs
from semisup.methods.self_training import most_confident
from semisup.reading import pictures, scores, search, serving, training
from semisup.reading.training import Reader
from semisup.settings import FinetuneSettings
from semisup.settings.options import READER_OPTIONS
from semisup.store import open_store
from semisup.stored_runs import StoredRun
from semisup.threads import pinned
from semisup.training_run import fitting, training_run

TEST_SEQUENCES = 5000  # of two images and more, but no more than there are test images
SHOWN = 16
ATTENTION_SHOWN = 4
TRUSTED = 0.97  # share of the labels of a stage-two run that a reader trains on


@dataclass(frozen=True)
class ReaderResult:
    """What the reader's run logged: its id, the final metrics, and the models."""

    run_id: str
    built_on: str
    metrics: dict[str, float]
    reader: Reader


def finetune_reader(settings: FinetuneSettings, given: StageTwoInputs | None = None) -> ReaderResult:
    """Train a reader on the encoder of a run and log it as one MLflow run.

    Args:
        settings: what to train and how.
        given: the inputs that they name, where they are read already.

    Raises:
        InputError: the run, the data, the budget or the store is not as expected.
        FloatingPointError: the loss became NaN or infinite.
    """
    settings = pinned(resuming.settings_of(settings))
    given = given or inputs.for_reader(settings)
    run, dataset, (budget,) = given.stage_one, given.dataset, given.budgets
    settings = replace(settings, run=run.run_id)
    open_store()
    drawn = label_draw(dataset, budget, settings.draw)
    encoder = records.read_model(run.run_id, "encoder")
    before = weights_digest(encoder)
    rows, y = _known(run, dataset, drawn)
    parameters = cell_parameters(settings, run, budget) | {name: getattr(settings, name) for name in READER_OPTIONS}
    parameters |= {"stage": "reader", "threads": settings.threads, "steps": settings.steps or training.STEPS}
    name = f"reader {settings.language} {settings.images} {settings.regime} {settings.encoder} {budget} labels"
    with training_run(name, parameters, dataset, settings) as run_id:
        tracking.log_json({"rows_of_x_train": drawn.tolist()}, "label_draw.json")
        start, in_training = time.perf_counter(), {}
        with (
            fitting(run_id, lambda: in_training),
            bars.training("finetune", training.total_steps(settings), settings.batch_size) as report,
        ):
            reader = training.train(encoder, dataset.x_train, rows, y, settings, report, in_training)
        figures = {"train_seconds": time.perf_counter() - start}
        if settings.encoder == "frozen" and weights_digest(reader.encoder) != before:
            raise RuntimeError("the frozen encoder's weights changed")
        figures |= _evaluate(reader, dataset, settings)
        tracking.log_metrics(figures)
        tracking.log_models(encoder=reader.encoder)
        serving.log_reader(reader)
    return ReaderResult(run_id, run.run_id, figures, reader)


def _known(run: StoredRun, dataset: Dataset, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of training images with their digits: those of the label draw; on a stage-two run also those that its
    classifier, which has seen the same labels, is sure of (of each class the most confident ones)."""
    if run.parameters["stage"] == "pretrain":
        return drawn, dataset.y_train[drawn]
    shares = networks.predict(records.read_model(run.run_id, "classifier"), dataset.x_train)
    chosen, y = most_confident(shares, TRUSTED), shares.argmax(axis=1)
    chosen[drawn], y[drawn] = True, dataset.y_train[drawn]
    return np.flatnonzero(chosen), y[chosen]


def _evaluate(reader: Reader, dataset: Dataset, settings: FinetuneSettings) -> dict[str, float]:
    """Touch the test images once: sequences of numbers that were not trained with, and of numbers that were."""
    vectors = networks.predict(reader.front, dataset.x_test)  # (m, size)
    known, unseen = readings.numbers(settings.images)
    figures, count = {}, min(TEST_SEQUENCES, len(dataset.x_test))
    if settings.images > 1:
        rows, numbers = sequences.test_rows(dataset.y_test, known, settings.images, count)
        said = readings.to_texts(search.greedy(reader.decoder, vectors[rows]), settings.language)
        figures["test_accuracy_known_numbers"] = scores.whole_texts(said, _texts(numbers, settings))
    rows, numbers = sequences.test_rows(dataset.y_test, unseen, settings.images, count)
    true = _texts(numbers, settings)
    symbols = {
        "": search.greedy(reader.decoder, vectors[rows]),
        "_beam": search.beam(reader.decoder, vectors[rows], settings.beam),
    }
    said = {kind: readings.to_texts(written, settings.language) for kind, written in symbols.items()}
    for kind, texts in said.items():
        figures[f"test_accuracy{kind}"] = scores.whole_texts(texts, true)
        figures[f"test_symbol_error_rate{kind}"] = scores.symbol_error_rate(texts, true)
    truth = readings.to_symbols(true, settings.language, symbols[""].shape[1])
    table = pd.DataFrame({"number": numbers, "true": true, "greedy": said[""], "beam": said["_beam"]})
    for column, written in (("log_p_greedy", symbols[""]), ("log_p_true", truth)):
        table[column] = search.log_probability(reader.decoder, vectors[rows], written)
    tracking.log_text(table.to_csv(index=False), "readings.csv")
    _draw(reader, dataset.x_test, vectors, rows, symbols[""], table)
    return figures


def _texts(numbers: np.ndarray, settings: FinetuneSettings) -> list[str]:
    return [readings.reading(int(number), settings.language) for number in numbers]


def _draw(
    reader: Reader, x: np.ndarray, vectors: np.ndarray, rows: np.ndarray, symbols: np.ndarray, table: pd.DataFrame
) -> None:
    """Some readings, the wrong ones that were nearest to right, and what was looked at for each symbol."""
    said, true = table["greedy"].tolist(), table["true"].tolist()
    some = list(range(min(SHOWN, len(rows))))
    wrong = np.flatnonzero(table["greedy"] != table["true"])
    margin = (table["log_p_greedy"] - table["log_p_true"]).to_numpy()
    nearest = wrong[np.argsort(margin[wrong], kind="stable")][:SHOWN].tolist()
    for name, shown in (("readings.png", some), ("nearest_errors.png", nearest)):
        if shown:
            figure = pictures.readings(x[rows[shown]], [said[i] for i in shown], [true[i] for i in shown])
            tracking.log_figure(figure, name)
    if any(layer.name == "attention" for layer in reader.decoder.layers):
        shown = some[:ATTENTION_SHOWN]
        looked = heads.attention(reader.decoder)
        weights = networks.predict(looked, vectors[rows[shown]], readings.before(symbols[shown]))
        tracking.log_figure(pictures.attention(x[rows[shown]], [said[i] for i in shown], weights), "attention.png")
