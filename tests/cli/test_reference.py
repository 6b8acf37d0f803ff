import dataclasses
from pathlib import Path

import pytest

from semisup.cli.parser import COMMANDS
from semisup.cli.reference import descriptions, reference
from semisup.settings.options import groups

PAGE = Path(__file__).parents[2] / "semisup" / "settings" / "README.md"


def test_the_page_is_what_the_code_says():
    assert PAGE.read_text() == reference(), "run: python -m semisup.cli.reference semisup/settings/README.md"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_described_and_nothing_else_is(command):
    for group in groups(COMMANDS[command].settings):
        assert set(descriptions(group)) == {option.name for option in dataclasses.fields(group)}
