"""No code that comes with data, a model or a configuration is run."""

import os
from pathlib import Path

import numpy as np
import pytest

from semisup import sources
from semisup.cli.parser import parse
from semisup.commands.inputs import predict
from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.runs import registry
from semisup.sources import chunks, files, npy

KNOWN = Scaling("none, already in [0, 1]", np.float64(0), np.float64(1))


class Mark:
    """Leaves a mark where it is unpickled."""

    def __reduce__(self):
        return (os.system, ("touch pwned",))


@pytest.fixture(autouse=True)
def unmarked(empty):
    yield
    assert not list(empty.rglob("pwned"))


@pytest.mark.parametrize("key", ["x", "y", "x_test"])
def test_pickles_in_archives_are_not_loaded(key):
    arrays = {"x": np.zeros((9, 3)), "y": np.arange(9) % 2} | {key: np.array([Mark()] * 9, object)}
    np.savez("a.npz", **arrays)
    with pytest.raises(InputError):
        sources.load("a.npz")
    if key == "x":
        for read in (
            lambda: files.read(Path("a.npz"), (3,), KNOWN),
            lambda: list(chunks.chunks(Path("a.npz"), (3,), KNOWN)),
        ):
            with pytest.raises(InputError):
                read()


def test_pickles_in_arrays_are_not_loaded():
    np.save("x.npy", np.array([Mark()] * 9, object), allow_pickle=True)
    Path("bare.npy").write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")
    for name in ("x.npy", "bare.npy"):
        reads = (
            lambda name=name: npy.opened(Path(name)),
            lambda name=name: files.read(Path(name), (3,), KNOWN),
            lambda name=name: list(chunks.chunks(Path(name), (3,), KNOWN)),
        )
        for read in reads:
            with pytest.raises(InputError):
                read()


def test_the_code_of_a_registered_model_is_left_alone(monkeypatch):
    """predict reads its data files; MLflow's own loader would run what lies beside them."""
    version = Path("version")
    (version / "data" / "model").mkdir(parents=True)
    (version / "code").mkdir()
    (version / "code" / "loader.py").write_text("import os; os.system('touch pwned')")
    (version / "python_model.pkl").write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")
    (version / "MLmodel").write_text("flavors: {python_function: {loader_module: loader, code: code}}")
    for name in ("prediction.json", "scaling.json"):
        (version / "data" / "model" / name).write_text("{}")
    monkeypatch.setattr(registry, "_in_sqlite", lambda *_: version)
    with pytest.raises(InputError, match="cannot be read"):
        predict._registered("models:/a@champion")


@pytest.mark.parametrize(
    "text",
    [
        "methods: !!python/object/apply:os.system ['touch pwned']",
        "data: !!python/object/new:os.system ['touch pwned']",
        "data: !!python/name:os.system",
        "data: !!python/module:antigravity",
        "class_path: os.system",
        "methods: {a: {class_path: os.system, init_args: {command: touch pwned}}}",
        "__class__: os.system",
        "defaults: {class_path: os.system}",
        "pretrain: {a: {class_path: os.system}}",
        "__default_config__: /etc/passwd",
        "print_config: x",
    ],
)
@pytest.mark.parametrize("command", ["compare", "compare_codes"])
def test_a_configuration_cannot_name_code(command, text):
    Path("c.yaml").write_text(text)
    with pytest.raises(InputError):
        parse([command, "--config", "c.yaml"])


@pytest.mark.parametrize("value", ["os.system", "{class_path: os.system}", "!!python/name:os.system"])
def test_an_option_cannot_name_code(value):
    for command, option in (
        ("compare", "methods"),
        ("compare", "defaults"),
        ("compare", "stage_one"),
        ("compare_codes", "pretrain"),
    ):
        with pytest.raises(InputError):
            parse([command, f"--{option}", value])


@pytest.mark.parametrize("name", ["http://127.0.0.1:9/c.yaml", "file:///etc/passwd", "s3://bucket/c.yaml"])
def test_a_configuration_is_a_file_here(name):
    with pytest.raises(InputError):
        parse(["pretrain", "--config", name])


def test_a_configuration_is_read_alone():
    """What it names is named as by options: it brings no other file in as part of it."""
    Path("other.yaml").write_text("epochs: 3")
    Path("c.yaml").write_text("config: other.yaml")
    with pytest.raises(InputError):
        parse(["pretrain", "--config", "c.yaml"])
