"""Print the results of a command: the run, the metrics and the next commands to type.

Each public function has the name of its command and returns the exit status.
"""

import os
import shlex
from math import isnan

import pandas as pd
from rich.markup import escape
from rich.table import Table

from semisup.cli import next_commands
from semisup.commands.compare import CompareResult
from semisup.commands.compare_codes import CodesComparison
from semisup.commands.evaluate import EvaluateResult
from semisup.commands.export import ExportResult
from semisup.commands.finetune import FinetuneResult
from semisup.commands.finetune_reader import ReaderResult
from semisup.commands.index import IndexResult
from semisup.commands.predict import PredictResult
from semisup.commands.pretrain import PretrainResult
from semisup.commands.pretrain_distributed import ClusterWorker
from semisup.commands.reproduce import Reproduction
from semisup.commands.search import SearchResult
from semisup.commands.suggest import SuggestResult
from semisup.comparison import sentences
from semisup.runs import store
from semisup.system.progress import printer

MOST_ANSWERS = 50  # rows of a table that are printed
DEVIATION = "_deviation"  # ends the name of a standard deviation


def pretrain(result: PretrainResult | ClusterWorker) -> int:
    if isinstance(result, ClusterWorker):
        worker = f"worker {result.worker} of {result.workers}"
        printer.print(f"{worker}: took part in the run of the chief at {result.chief}")
        return 0
    _metrics("stage-one run", result.run_id, result.metrics)
    if result.conditional:  # stage two refuses such a run, it has seen labels
        next_commands.following("ui")
    elif result.labelled == 0:
        next_commands.following(f"suggest --run {result.run_id}", "ui")
    else:
        next_commands.following(f"finetune --run {result.run_id}", f"compare --run {result.run_id}")
    return 0


def finetune(result: FinetuneResult | ReaderResult) -> int:
    if isinstance(result, ReaderResult):
        _metrics("reader run", result.run_id, result.metrics)
        printer.print("among the run's artifacts: reader (images in, text out), readings.csv, figures", soft_wrap=True)
        next_commands.following("ui")
        return 0
    _metrics("stage-two run", result.run_id, result.metrics)
    if result.registered is None:
        _after_finetune(result, result.run_id)
        return 0
    where = "" if "MLFLOW_TRACKING_URI" in os.environ else f"MLFLOW_TRACKING_URI={shlex.quote(store.uri())} "
    model = shlex.quote(result.registered)
    next_commands.printed(f"registered as {result.registered}; to serve it on port 5001:")
    next_commands.printed(f"  {where}mlflow models serve -m {model} -p 5001 --env-manager local")
    _after_finetune(result, model)
    return 0


def _after_finetune(result: FinetuneResult, classifier: str) -> None:
    """Print the commands after finetune: compare on the same data, and predict on its file, if predict reads it."""
    data = {"data": result.data, "data_dir": result.data_dir}
    named = "".join(f" --{name} {shlex.quote(value)}" for name, value in data.items() if value is not None)
    compare = f"compare --run {result.pretrain_run}{named}"
    predict = f"predict --run {classifier}"
    if result.file is None:
        next_commands.following(compare, "ui")
        next_commands.with_file(f"{predict} FILE")
    else:
        next_commands.following(compare, f"{predict} {shlex.quote(result.file)}", "ui")


def predict(result: PredictResult) -> int:
    table = Table(title="predicted classes")
    for column in ("class", "rows", "% of rows"):
        table.add_column(column, justify="left" if column == "class" else "right")
    for name, rows in sorted(result.classes.items(), key=lambda item: -item[1])[:MOST_ANSWERS]:
        table.add_row(escape(name), f"{rows:,}", f"{100 * rows / result.rows:.1f}")
    printer.print(table)
    if result.abstained is None:
        sentence = "no column abstain: expected a run of finetune --calibrate 0.2, which keeps labels to calibrate with"
    else:
        sentence = f"abstain is true in {result.abstained:,} rows, at an error rate of {result.error_rate:g}"
        if result.calibration < 1 / result.error_rate - 1:
            sentence += (
                f": the {result.calibration} labels kept to calibrate with are too few for this rate, so it is true "
                "everywhere"
            )
    printer.print(sentence, soft_wrap=True)
    printer.print(f"written to {result.output}: {result.rows:,} rows", soft_wrap=True)
    return 0


def export(result: ExportResult) -> int:
    printer.print(
        f"written to {result.output}: it takes {result.takes}, and gives the probabilities of the classes in its "
        f"metadata; onnxruntime differs from Keras by {result.difference:.1g} at most, on {result.compared:,} test "
        "inputs",
        soft_wrap=True,
    )
    return 0


def compare(result: CompareResult) -> int:
    metric = sentences.metric(result.verdict)
    table = Table(title=f"test {metric} in %, mean ± standard deviation over the label draws")
    header, rows = sentences.table(result.verdict)
    for name in header:
        table.add_column(name, justify="left" if name == "labels" else "right")
    for name, *cells in rows:
        table.add_row(escape(name.replace("_", " ")), *cells)
    printer.print(table)
    for paragraph in sentences.paragraphs(result.verdict):
        printer.print("\n" + escape(paragraph.replace("**", "")))
    printer.print(f"\ncomparison run {result.run_id}: report.html, verdict.json and cells.csv are among its artifacts")
    next_commands.following("ui")
    return 1 if result.verdict.failed else 0


def compare_codes(result: CodesComparison) -> int:
    few = f"{result.budget} labels"
    table = Table(title="codes: test reconstruction error, and test accuracy in % of probes", show_lines=False)
    for column in (
        "code",
        "size",
        "MSE",
        "linear, all labels",
        f"linear, {few}",
        "nearest neighbour",
        "Jacobian",
        "seconds",
    ):
        table.add_column(column, justify="left" if column == "code" else "right")
    for row in result.rows.to_dict("records"):
        key = f"test_linear_probe_{result.budget}"
        table.add_row(
            escape(row["name"].replace("_", " ")),
            str(row["code_size"]),
            f"{row['test_mse']:.4f}",
            f"{100 * row['test_linear_probe']:.1f}",
            f"{100 * row[key]:.1f} ± {100 * row[f'{key}_deviation']:.1f}",
            f"{100 * row['test_nearest_neighbour']:.1f}",
            "" if isnan(row["test_relative_jacobian_norm"]) else f"{row['test_relative_jacobian_norm']:.2f}",
            f"{row['train_seconds']:.0f}",
        )
    printer.print(table)
    printer.print("Jacobian: how far a code moves with its input, relative to the code's spread", soft_wrap=True)
    printer.print(f"comparison run {result.run_id} (table.csv is its artifact)")
    next_commands.following("ui")
    return 0


def evaluate(result: EvaluateResult) -> int:
    _metrics(f"{result.task} of run", result.run_id, result.score.metrics)
    for sentence in result.score.summary:
        printer.print(sentence, soft_wrap=True)
    artifacts = ", ".join([*result.score.figures, *result.score.tables])
    if artifacts:
        printer.print(f"among the run's artifacts, in {result.task}/: {artifacts}", soft_wrap=True)
    next_commands.following("ui")
    return 0


def index(result: IndexResult) -> int:
    printer.print(
        f"{result.folder}: an index of {result.items:,} items by {result.bits} bits, in {result.buckets:,} buckets",
        soft_wrap=True,
    )
    where = "" if result.folder == "index" else f" --folder {shlex.quote(str(result.folder))}"
    next_commands.with_file(f"search{where} --queries FILE", f"index{where} --add FILE")
    return 0


def search(result: SearchResult) -> int:
    answers, output = result.answers, result.output
    _rows("nearest items", answers, left=("query", "item"))
    if len(answers) > MOST_ANSWERS:
        printer.print(
            f"... and {len(answers) - MOST_ANSWERS} more rows" + ("" if output else ", --output FILE has all")
        )
    if output is not None:
        printer.print(f"written to {output}", soft_wrap=True)
    return 0


def reproduce(result: Reproduction) -> int:
    table = Table(title=f"run {result.run_id}, and again as {result.new_run_id}")
    for column in ("", "then", "now"):
        table.add_column(column, justify="right" if column else "left")
    for name, (then, now) in result.metrics.items():
        table.add_row(name.replace("_", " "), f"{then:.10g}", "the same" if now == then else f"{now:.10g}")
    for name, difference in result.weights.items():
        text = f"differ by up to {difference:.3g}" if difference else "the same"
        table.add_row(f"weights of the {name}", "", text)
    printer.print(table)
    for name, (then, now) in result.surroundings.items():
        printer.print(f"{name}: then {then}, now {now}", soft_wrap=True)
    printer.print("reproduced, to the last bit" if result.same else "not reproduced: some metrics or weights differ")
    return 0 if result.same else 1


def suggest(result: SuggestResult) -> int:
    columns = ["rank", "file", "row", "why", "class", "share", "doubt"]
    _rows("label these next", result.suggestions[columns], left=("file", "why"))
    if len(result.suggestions) > MOST_ANSWERS:
        printer.print(f"... and {len(result.suggestions) - MOST_ANSWERS} more rows")
    files = ", ".join(map(str, result.files))
    printer.print(f"written to {files}, and to suggest/ among the artifacts of run {result.run_id}", soft_wrap=True)
    return 0


def _rows(title: str, frame: pd.DataFrame, left: tuple[str, ...]) -> None:
    """Print the first rows of a table. The columns in `left` are justified to the left."""
    table = Table(title=title)
    for column in frame.columns:
        table.add_column(column.replace("_", " "), justify="left" if column in left else "right")
    for row in frame.head(MOST_ANSWERS).itertuples(index=False):
        table.add_row(*(f"{value:.4g}" if isinstance(value, float) else escape(str(value)) for value in row))
    printer.print(table)


def _metrics(kind: str, run_id: str, metrics: dict[str, float]) -> None:
    table = Table(title=f"{kind} {run_id}", show_header=False)
    for name, value in metrics.items():
        if not name.endswith(DEVIATION):
            deviation = f" ± {metrics[name + DEVIATION]:.2g}" if name + DEVIATION in metrics else ""
            table.add_row(name.replace("_", " "), f"{value:.5g}{deviation}")
    printer.print(table)
