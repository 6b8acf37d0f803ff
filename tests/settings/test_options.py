import dataclasses

import pytest

from semisup import settings


@pytest.mark.parametrize("name", settings.__all__)
def test_every_setting_is_documented(name):
    kind = getattr(settings, name)
    documented = "".join(base.__doc__ or "" for base in kind.__mro__)
    for field in dataclasses.fields(kind):
        assert f"\n        {field.name}: " in documented, field.name
