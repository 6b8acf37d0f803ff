import hypothesis.configuration
import pytest

from tests.fuzz.attempts import Tally


@pytest.fixture(autouse=True)
def nothing_elsewhere(tmp_path, monkeypatch):
    """An empty current directory; hypothesis' own files and those of caches go there too."""
    hypothesis.configuration.set_hypothesis_home_dir(tmp_path / "hypothesis")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture
def tally(request):
    """Counts for the end of the session; the name of the reader is that of the test."""
    name = request.node.originalname.removeprefix("test_").replace("_", " ")
    counted = Tally(name)
    yield counted
    outcomes = counted.outcomes
    request.node.user_properties.append(("fuzz", (name, outcomes["refused"], outcomes["right"], counted.seconds)))


def pytest_terminal_summary(terminalreporter):
    passed = [report for reports in terminalreporter.stats.values() for report in reports if hasattr(report, "when")]
    rows = [
        value
        for report in passed
        if report.when == "teardown"
        for key, value in report.user_properties
        if key == "fuzz"
    ]
    if not rows:
        return
    terminalreporter.section("inputs that were tried")
    for name, refused, right, seconds in sorted(rows):
        terminalreporter.line(
            f"{name:<44} {refused + right:>8,}: {refused:>7,} refused, {right:>7,} right, {seconds:6.0f} s"
        )
    total = [sum(row[column] for row in rows) for column in (1, 2, 3)]
    line = f"{'all':<44} {total[0] + total[1]:>8,}: {total[0]:>7,} refused, {total[1]:>7,} right, {total[2]:6.0f} s"
    terminalreporter.line(line)
