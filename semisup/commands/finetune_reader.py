"""`finetune --head reader`: stage two with a sequence decoder, which writes numbers from images of their digits."""

import dataclasses
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from semisup import networks
from semisup.commands.inputs.finetune_reader import ReaderInputs
from semisup.data.dataset import Dataset
from semisup.data.label_draw import label_draw
from semisup.methods.self_training import most_confident
from semisup.reading import decoder as decoders
from semisup.reading import plots, scores, search, sequences, serving, training, vocabulary
from semisup.reading.training import Reader
from semisup.runs import log, parameters, read, resume
from semisup.runs.find import StoredRun
from semisup.runs.resume import Start
from semisup.runs.store import open_store
from semisup.runs.training_run import fitting, training_run
from semisup.settings.network_classifier import StepOptions
from semisup.settings.options import part
from semisup.settings.pretrain import SeedOptions
from semisup.settings.reader import ReaderOptions
from semisup.system import progress

BEAM = 5  # unfinished texts that the beam search keeps
TEST_SEQUENCES = 5000  # sequences to test on, at most; never more than there are test images
SHOWN = 16  # readings in a figure
ATTENTION_SHOWN = 4  # readings in the figure of the attention
TRUSTED = 0.97  # fraction of the labels predicted by a stage-two run that the reader trains on, of each class


@dataclass(frozen=True)
class ReaderResult:
    """What the reader's run logged.

    Attributes:
        run_id: id of the run.
        built_on: id of the run whose encoder it builds on.
        metrics: final metrics.
        reader: the models.
    """

    run_id: str
    built_on: str
    metrics: dict[str, float]
    reader: Reader


def finetune_reader(inputs: ReaderInputs) -> ReaderResult:
    """Train a reader on the encoder of a run and log it as one MLflow run.

    Raises:
        InputError: the run or the store is not as expected.
        FloatingPointError: the loss became NaN or infinite.
    """
    settings, run, dataset, budget = inputs.settings, inputs.run, inputs.dataset, inputs.budget
    options, seeds = part(settings, ReaderOptions), part(settings, SeedOptions)
    recipe = settings.recipe.with_steps(settings.steps or training.STEPS)
    open_store()
    drawn = label_draw(dataset, budget, settings.draw)
    encoder = read.read_model(run.run_id, "encoder")
    rows, y = _training_rows(run, dataset, drawn)
    logged = parameters.of_recipe(recipe, run.parameters) | dataclasses.asdict(options) | dataclasses.asdict(seeds)
    logged |= {"stage": "reader", "draw": settings.draw, "threads": settings.threads}
    logged |= {"labels": budget, "pretrain_run": run.run_id}
    name = f"reader {options.language} {options.images} {options.regime} {recipe.encoder} {budget} labels"
    start = Start("finetune", resume.recorded(settings), dataset.digest)
    with training_run(name, logged, dataset, start, run_id=settings.resume) as run_id:
        log.log_json({"rows_of_x_train": drawn.tolist()}, "label_draw.json")
        began, in_training = time.perf_counter(), {}
        steps = training.total_steps(options.regime, recipe[StepOptions].steps)
        with (
            fitting(run_id, lambda: in_training),
            progress.training("finetune", steps, settings.batch_size) as report,
        ):
            reader = training.train(encoder, dataset.x_train, rows, y, options, recipe, seeds, report, in_training)
        final = {"train_seconds": time.perf_counter() - began}
        if recipe.encoder == "frozen":
            networks.check_unchanged(reader.encoder, encoder)
        final |= _evaluate(reader, dataset)
        log.log_metrics(final)
        log.log_models(encoder=reader.encoder)
        serving.log_reader(reader)
    return ReaderResult(run_id, run.run_id, final, reader)


def _training_rows(run: StoredRun, dataset: Dataset, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of `x_train` to train on, and their digits.

    These are the rows of the label draw. If the reader builds on a stage-two run, whose classifier has seen the same
    labels, they also include the most confident predictions of each class, with the predicted digit.
    """
    if run.parameters["stage"] == "pretrain":
        return drawn, dataset.y_train[drawn]
    probabilities = networks.predict(read.read_model(run.run_id, "classifier"), dataset.x_train)
    chosen, y = most_confident(probabilities, TRUSTED), probabilities.argmax(axis=1)
    chosen[drawn], y[drawn] = True, dataset.y_train[drawn]
    return np.flatnonzero(chosen), y[chosen]


def _evaluate(reader: Reader, dataset: Dataset) -> dict[str, float]:
    """Use the test images, once: score sequences of numbers that training has not seen, and of numbers that it has."""
    vectors = networks.predict(reader.front, dataset.x_test)  # (m, size)
    known, unseen = vocabulary.numbers(reader.images)
    metrics, count = {}, min(TEST_SEQUENCES, len(dataset.x_test))
    if reader.images > 1:
        rows, numbers = sequences.test_rows(dataset.y_test, known, reader.images, count)
        texts = vocabulary.to_texts(search.greedy(reader.decoder, vectors[rows]), reader.language)
        metrics["test_accuracy_known_numbers"] = scores.whole_texts(texts, _texts(numbers, reader.language))
    rows, numbers = sequences.test_rows(dataset.y_test, unseen, reader.images, count)
    true = _texts(numbers, reader.language)
    symbols = {
        "": search.greedy(reader.decoder, vectors[rows]),
        "_beam": search.beam(reader.decoder, vectors[rows], BEAM),
    }
    readings = {kind: vocabulary.to_texts(written, reader.language) for kind, written in symbols.items()}
    for kind, texts in readings.items():
        metrics[f"test_accuracy{kind}"] = scores.whole_texts(texts, true)
        metrics[f"test_symbol_error_rate{kind}"] = scores.symbol_error_rate(texts, true)
    truth = vocabulary.to_symbols(true, reader.language, symbols[""].shape[1])
    table = pd.DataFrame({"number": numbers, "true": true, "greedy": readings[""], "beam": readings["_beam"]})
    for column, written in (("log_p_greedy", symbols[""]), ("log_p_true", truth)):
        table[column] = search.log_probability(reader.decoder, vectors[rows], written)
    log.log_text(table.to_csv(index=False), "readings.csv")
    _draw(reader, dataset.x_test, vectors, rows, symbols[""], table)
    return metrics


def _texts(numbers: np.ndarray, language: str) -> list[str]:
    return [vocabulary.reading(int(number), language) for number in numbers]


def _draw(
    reader: Reader, x: np.ndarray, vectors: np.ndarray, rows: np.ndarray, symbols: np.ndarray, table: pd.DataFrame
) -> None:
    """Log figures of some readings, of the wrong readings that were nearest to right, and of the attention.

    Args:
        reader: the models.
        x: (m, *shape) test images.
        vectors: (m, size) what the decoder gets of each image.
        rows: (sequences, images) row numbers of `x`.
        symbols: (sequences, length) symbols that greedy search has written.
        table: one row per sequence, as in `readings.csv`.
    """
    readings, true = table["greedy"].tolist(), table["true"].tolist()
    some = list(range(min(SHOWN, len(rows))))
    wrong = np.flatnonzero(table["greedy"] != table["true"])
    margin = (table["log_p_greedy"] - table["log_p_true"]).to_numpy()
    nearest = wrong[np.argsort(margin[wrong], kind="stable")][:SHOWN].tolist()
    for name, shown in (("readings.png", some), ("nearest_errors.png", nearest)):
        if shown:
            figure = plots.readings(x[rows[shown]], [readings[i] for i in shown], [true[i] for i in shown])
            log.log_figure(figure, name)
    if any(layer.name == "attention" for layer in reader.decoder.layers):
        shown = some[:ATTENTION_SHOWN]
        attention = decoders.attention(reader.decoder)
        weights = networks.predict(attention, vectors[rows[shown]], vocabulary.before(symbols[shown]))
        log.log_figure(plots.attention(x[rows[shown]], [readings[i] for i in shown], weights), "attention.png")
