import dataclasses
from pathlib import Path

from semisup.__main__ import COMMANDS
from semisup.cli import reference

README = Path(__file__).parents[1] / "README.md"


def test_every_option_of_every_command_is_described():
    for settings, _ in COMMANDS.values():
        told = reference.descriptions(settings)
        for field in dataclasses.fields(settings):
            assert told[field.name], field.name


def test_the_readme_has_the_reference_as_it_is_now():
    text = README.read_text()
    assert reference.inserted(text) == text, "run: python -m semisup.cli.reference README.md"
