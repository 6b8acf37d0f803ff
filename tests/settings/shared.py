"""What is said of settings that cannot be."""

import pytest

from semisup.errors import InputError


def refusal(settings, **options):
    with pytest.raises(InputError) as refused:
        settings(**options)
    return str(refused.value)


def check_refusal(settings, name, value, sentence):
    """A bad value is refused by the name of its option, in a sentence with these words."""
    found = refusal(settings, **{name: value})
    assert found.startswith(f"{name}: ")
    assert sentence in found
