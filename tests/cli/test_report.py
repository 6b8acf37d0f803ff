"""Every command that is printed as the next one runs as it is printed."""

import re
import shlex
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from semisup.cli import report
from semisup.cli import run as command_line
from semisup.cli.parser import parse
from tests.conftest import blobs

RUN = "0" * 32
FEWER = {"compare": ["--draws", "2"]}  # beside what is printed, to take less time


def commands(printed: str) -> list[list[str]]:
    """The arguments of the commands below `next:`."""
    below = re.search(r"^next:\n((?:  python -m semisup .*\n)+)", printed, re.MULTILINE)[1]
    return [shlex.split(line)[3:] for line in below.splitlines()]


def after_pretrain(capsys, labelled, conditional=False):
    report.pretrain(SimpleNamespace(run_id=RUN, metrics={}, labelled=labelled, conditional=conditional))
    return commands(capsys.readouterr().out)


def after_finetune(capsys, **options):
    result = {"data": None, "data_dir": None, "file": None, "registered": None} | options
    report.finetune(SimpleNamespace(run_id=RUN, pretrain_run=RUN, metrics={}, **result))
    return capsys.readouterr().out


def test_after_pretrain_come_the_commands_that_the_labels_allow(capsys):
    assert after_pretrain(capsys, labelled=48) == [["finetune", "--run", RUN], ["compare", "--run", RUN]]
    assert after_pretrain(capsys, labelled=0) == [["suggest", "--run", RUN], ["ui"]]
    assert after_pretrain(capsys, labelled=48, conditional=True) == [["ui"]]


def test_after_finetune_come_the_same_data(empty, capsys):
    Path("my rows.csv").touch()
    printed = after_finetune(capsys, data="my rows.csv", file="my rows.csv")
    compare, predict, _ = commands(printed)
    assert parse(compare)[1].data == parse(predict)[1].inputs == "my rows.csv"
    assert "FILE" not in printed


def test_a_file_that_is_not_known_is_asked_for_apart(capsys):
    printed = after_finetune(capsys, registered="models:/digits@champion")
    assert commands(printed) == [["compare", "--run", RUN], ["ui"]]
    assert "for FILE:\n  python -m semisup predict --run models:/digits@champion FILE\n" in printed


@pytest.fixture
def table(workspace):
    """Write a table with a number of classes, and labels in its first rows."""

    def write(rows: int, classes: int, labelled: int) -> list[str]:
        x, y = blobs(rows, classes)
        words = [f"kind {c}" if row < labelled else "" for row, c in enumerate(y)]
        lines = [",".join([*map(str, values.round(4)), word]) for values, word in zip(x, words, strict=True)]
        Path("t.csv").write_text("\n".join(["a,b,c,d,e,f,kind", *lines]))
        return ["pretrain", "--data", "t.csv", "--target", "kind"]

    return write


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "classes", "labelled", "names"),
    [
        (60, 3, 60, ["compare", "finetune", "predict", "pretrain"]),
        (60, 3, 0, ["pretrain", "suggest"]),
        (15, 3, 0, ["pretrain", "suggest"]),
        (600, 150, 600, ["compare", "finetune", "predict", "pretrain"]),
    ],
)
def test_every_next_command_runs(table, capsys, rows, classes, labelled, names):
    waiting, done = [table(rows, classes, labelled)], set()
    while waiting:
        arguments = waiting.pop(0)
        if arguments[0] in {"ui", *done}:
            continue
        assert command_line.main([*arguments, *FEWER.get(arguments[0], [])]) == 0
        done.add(arguments[0])
        printed = capsys.readouterr().out
        waiting += commands(printed) if "next:" in printed else []
    assert sorted(done) == names


@pytest.mark.slow
def test_a_comparison_after_finetune_has_the_labels_of_the_data_that_finetune_was_given(workspace, capsys):
    x, y = blobs(150)
    np.savez("unlabelled.npz", x=x[:60], y=np.full(60, -1), x_test=x[60:90], y_test=y[60:90])
    np.savez("labelled.npz", x=x[90:], y=y[90:], x_test=x[60:90], y_test=y[60:90])
    for arguments in (["pretrain", "--data", "unlabelled.npz"], ["finetune", "--data", "labelled.npz"]):
        assert command_line.main(arguments) == 0
    compare, predict, _ = commands(capsys.readouterr().out.split("stage-two run")[1])
    assert command_line.main([*compare, *FEWER["compare"]]) == command_line.main(predict) == 0
