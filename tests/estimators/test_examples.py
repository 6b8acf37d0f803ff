import doctest

import pytest

from semisup.estimators import classifier, transformer


@pytest.mark.slow
@pytest.mark.parametrize("module", [classifier, transformer])
def test_the_examples_of_the_docstrings_give_what_they_say(module):
    failed, attempted = doctest.testmod(module)
    assert attempted
    assert not failed
