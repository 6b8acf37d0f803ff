from semisup.settings import UiSettings
from tests.settings.shared import check_refusal


def test_a_port_has_sixteen_bits():
    check_refusal(UiSettings, "port", 70000, "expected at most 65535, found 70000")
