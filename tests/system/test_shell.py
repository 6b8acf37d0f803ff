import shlex

import pytest

from semisup.cli.parser import parse
from semisup.system import shell

ODD = ["NA", "it's", "<NA>", "?", "-1", "--x", "null", "a,b", "[x]", 'say "ä"', "$HOME", "a b"]


@pytest.mark.parametrize("values", [*([word] for word in ODD), ODD])
def test_what_is_pasted_into_a_shell_is_read_as_the_same_texts(values):
    typed = shlex.split(f"search --queries {shell.items(*values)}")
    assert parse(typed)[1].queries == values


def test_plain_words_stay_plain():
    assert shell.items("NA", "none") == "NA none"
