import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

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


def test_a_folder_of_pictures_is_described(empty, capsys):
    for name, count in (("Train/cat", 3), ("Train/dog", 2), ("valid/cat", 1), ("valid/dog", 1), ("Unlabeled", 4)):
        Path("p", name).mkdir(parents=True)
        for i in range(count):
            Image.new("RGB", (160, 120), (i, 60, 90)).save(f"p/{name}/{i}.png")
    Path("p/Train/cat/notes.txt").write_text("")
    Path("p/Train/dog/torn.png").write_bytes(b"torn")
    assert command_line.main(["describe", "--data", "p", "--unreadable", "skip"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "p: 9 training rows, 5 with a label and 4 without; 2 test rows, from the test set",
        "classes: cat 3, dog 2",
        "inputs: pictures of 48 × 64 pixels, in colour, 8 bits; scaled by: x / 255",
        "left out as no pictures: 1, the first Train/dog/torn.png: not a readable picture, it is damaged or of another "
        "kind",
        "p: the training pictures are in Train; there is no folder test, so the test set is valid; pictures in "
        "Unlabeled have no class",
        "p: files of text that are left out: 1, the first Train/cat/notes.txt",
        "p: all pictures are of 120 × 160 pixels (height × width); they are resized to 48 × 64, since by default no "
        "side is longer than 64; --image_size names another size",
    ]


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
