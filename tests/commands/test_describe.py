import subprocess
import sys
import time
from pathlib import Path

import pytest

from semisup.cli import run as command_line
from semisup.commands.describe import describe
from semisup.errors import InputError
from semisup.settings import DescribeSettings

TABLE = "size,colour,kind\n" + "".join(f"{n % 7},{'red' if n % 2 else 'blue'},{'ab'[n % 2]}\n" for n in range(40))


def test_a_table_is_described_without_a_run(empty, capsys):
    Path("t.csv").write_text(TABLE + "3,red,\n" * 60)
    assert command_line.main(["describe", "--data", "t.csv", "--target", "kind"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "t.csv: 92 training rows, 32 with a label and 60 without; 8 test rows, held out from these, since no test set "
        "is given",
        "classes: a 16, b 16",
        "inputs: 3 numbers; 1 number column, 1 category column",
    ]
    assert not Path("mlruns").exists()


def test_what_cannot_be_read_is_refused_as_by_pretrain(empty):
    Path("t.csv").write_text(TABLE)
    with pytest.raises(InputError, match="target: expected with a table"):
        DescribeSettings(data="t.csv")
    with pytest.raises(InputError, match=r"unlabelled: u.csv: no such file"):
        DescribeSettings(data="t.csv", target="kind", unlabelled="u.csv")
    with pytest.raises(InputError, match="target column 'sort' is missing"):
        describe(DescribeSettings(data="t.csv", target="sort"))


def test_it_answers_without_tensorflow(empty):
    Path("t.csv").write_text(TABLE)
    script = (
        "import sys; from semisup.cli.run import main; main(sys.argv[1:]);"
        "assert not {'tensorflow', 'keras', 'mlflow'} & set(sys.modules)"
    )
    start = time.monotonic()
    command = [sys.executable, "-c", script, "describe", "--data", "t.csv", "--target", "kind"]
    subprocess.run(command, check=True, capture_output=True)
    assert time.monotonic() - start < 30  # three seconds where nothing else runs
