"""What a command prints when it is done: the run, the figures, the next command to type.

The public functions return the exit status.
"""

from math import isnan

from rich.markup import escape
from rich.table import Table

from semisup.compare import CompareResult
from semisup.compare_stage_one import StageOneComparison
from semisup.comparison import words
from semisup.evaluate import EvaluateResult
from semisup.finetune import FinetuneResult
from semisup.finetune_reader import ReaderResult
from semisup.index import IndexResult
from semisup.pretrain import PretrainResult
from semisup.progress import printer
from semisup.search import SearchResult

MOST_ANSWERS = 50  # printed
DEVIATION = "_deviation"  # ends the name of a standard deviation


def pretrained(result: PretrainResult) -> int:
    _figures("stage-one run", result.run_id, result.metrics)
    if result.conditional:  # it has seen labels
        _next("ui")
    else:
        _next(f"finetune --run {result.run_id} --labels 100", f"compare --run {result.run_id}")
    return 0


def finetuned(result: FinetuneResult) -> int:
    _figures("stage-two run", result.run_id, result.metrics)
    _next(f"compare --run {result.pretrain_run}", "ui")
    return 0


def taught_to_read(result: ReaderResult) -> int:
    _figures("reader run", result.run_id, result.metrics)
    printer.print("among the run's artifacts: reader (images in, text out), readings.csv, pictures", soft_wrap=True)
    _next("ui")
    return 0


def compared(result: CompareResult) -> int:
    metric = words.metric(result.verdict)
    table = Table(title=f"test {metric} in %, mean ± standard deviation over the label draws")
    header, rows = words.table(result.verdict)
    for name in header:
        table.add_column(name, justify="left" if name == "labels" else "right")
    for name, *figures in rows:
        table.add_row(escape(name.replace("_", " ")), *figures)
    printer.print(table)
    for paragraph in words.sentences(result.verdict):
        printer.print("\n" + escape(paragraph.replace("**", "")))
    printer.print(f"\ncomparison run {result.run_id}: report.html, verdict.json and cells.csv are among its artifacts")
    _next("ui")
    return 1 if result.verdict.failed else 0


def stage_one_compared(result: StageOneComparison) -> int:
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
    _next("ui")
    return 0


def evaluated(result: EvaluateResult) -> int:
    _figures(f"{result.task} of run", result.run_id, result.score.figures)
    for sentence in result.score.summary:
        printer.print(sentence, soft_wrap=True)
    artifacts = ", ".join([*result.score.pictures, *result.score.tables])
    if artifacts:
        printer.print(f"among the run's artifacts, in {result.task}/: {artifacts}", soft_wrap=True)
    _next("ui")
    return 0


def indexed(result: IndexResult) -> int:
    printer.print(
        f"{result.folder}: an index of {result.items:,} items by {result.bits} bits, in {result.buckets:,} buckets",
        soft_wrap=True,
    )
    where = "" if result.folder == "index" else f" --folder {result.folder}"
    _next(f"search{where} --queries '[FILE]'", f"index{where} --add '[FILE]'")
    return 0


def found(result: SearchResult) -> int:
    answers, output = result.answers, result.output
    table = Table(title="nearest items")
    for column in answers.columns:
        table.add_column(column.replace("_", " "), justify="left" if column in ("query", "item") else "right")
    for row in answers.head(MOST_ANSWERS).itertuples(index=False):
        table.add_row(*(f"{value:.4g}" if isinstance(value, float) else escape(str(value)) for value in row))
    printer.print(table)
    if len(answers) > MOST_ANSWERS:
        printer.print(
            f"... and {len(answers) - MOST_ANSWERS} more rows" + ("" if output else ", --output FILE has all")
        )
    if output is not None:
        printer.print(f"written to {output}", soft_wrap=True)
    return 0


def _figures(kind: str, run_id: str, metrics: dict[str, float]) -> None:
    table = Table(title=f"{kind} {run_id}", show_header=False)
    for name, value in metrics.items():
        if not name.endswith(DEVIATION):
            deviation = f" ± {metrics[name + DEVIATION]:.2g}" if name + DEVIATION in metrics else ""
            table.add_row(name.replace("_", " "), f"{value:.5g}{deviation}")
    printer.print(table)


def _next(*commands: str) -> None:
    printer.print("next:" + "".join(f"\n  python -m semisup {command}" for command in commands), soft_wrap=True)
