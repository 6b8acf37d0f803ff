"""The command line and its configuration files."""

from pathlib import Path

import pytest
from hypothesis import strategies as st

from semisup.cli.parser import parse
from semisup.settings import CompareCodesSettings, CompareSettings, FinetuneSettings, PretrainSettings
from tests.fuzz.attempts import counts, fuzz
from tests.fuzz.damage import damaged, json_values

SETTINGS = {
    "pretrain": PretrainSettings,
    "finetune": FinetuneSettings,
    "compare": CompareSettings,
    "compare_codes": CompareCodesSettings,
}
REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLES = [path.read_bytes() for path in sorted((REPOSITORY / "configs").glob("*/*.yaml"))]
KEYS = [
    "data",
    "epochs",
    "widths",
    "methods",
    "defaults",
    "budgets",
    "pretrain",
    "stage_one",
    "config",
    "labels",
    "target",
    "class_path",
]


def laughs(levels, width):
    """Each line is a list of the one before it, several times."""
    lines = [f"  - &a{i} [{', '.join([f'*a{i - 1}'] * width)}]" for i in range(1, levels)]
    return "data:\n  - &a0 [x]\n" + "\n".join(lines)


values = st.one_of(
    json_values.map(str),
    st.sampled_from(
        [
            "!!python/object/apply:os.system ['touch pwned']",
            "!!python/name:os.system",
            "!!binary /w==",
            "&a [*a]",
            "&a {x: *a}",
            "*b",
            ".nan",
            "-.inf",
            "9" * 5000,
            "0x" + "f" * 5000,
            "1e400",
            "[" * 2000,
            "[" * 15 + "]" * 15,
            "{a: " * 300 + "}" * 300,
            "{? {a: b} : c}",
            "{class_path: os.system, init_args: {command: touch pwned}}",
            "2020-01-01",
            "190:20:30",
            "|\n  text",
            "{1: 2, null: 3}",
            "/etc/passwd",
            "~",
        ]
    ),
    st.text(max_size=30),
)
written = st.lists(st.tuples(st.sampled_from(KEYS), values), max_size=4).map(
    lambda pairs: "\n".join(f"{key}: {value}" for key, value in pairs).encode("utf-8", "surrogatepass")
)


@counts(6, 500)
def test_configuration_files(count, tally):
    path = Path("c.yaml")

    def one(made):
        command, content = made
        path.write_bytes(content)

        def right(found):
            assert isinstance(found[1], SETTINGS[command])

        tally.attempt(lambda: parse([command, "--config", "c.yaml"]), right)
        assert not Path("pwned").exists()

    fuzz(st.tuples(st.sampled_from(list(SETTINGS)), st.one_of(damaged(SAMPLES), written)), count, one)


@counts(8, 200)
def test_options_on_the_command_line(count, tally):
    def one(made):
        command, key, value = made
        tally.attempt(lambda: parse([command, f"--{key}={value}"]))
        assert not Path("pwned").exists()

    keys = [key for key in KEYS if key != "config"]
    texts = values.filter(lambda value: "\0" not in value and len(value) < 400)
    fuzz(st.tuples(st.sampled_from(list(SETTINGS)), st.sampled_from(keys), texts), count, one)


@pytest.mark.parametrize(
    "text",
    [
        laughs(30, 9),
        "data: &a [*a]",
        "methods: &a {x: *a}",
        "draws: " + "9" * 5000,
        "methods: " + "[" * 20_000,
        "a: " + "b" * 2**21,
    ],
    ids=["billion laughs", "itself", "itself in a mapping", "long number", "deep", "long"],
)
def test_hostile_files_are_refused_at_once(text, tally):
    Path("c.yaml").write_text(text)
    tally.attempt(lambda: parse(["compare", "--config", "c.yaml"]))
    assert tally.outcomes["refused"] == 1
