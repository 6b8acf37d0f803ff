import pytest

from semisup.system import memory


@pytest.fixture
def system(tmp_path, monkeypatch):
    """A machine with 8,000 KiB free, and a control group whose files are written by the test."""
    (tmp_path / "meminfo").write_text("MemTotal: 9000 kB\nMemAvailable:    8000 kB\n")
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "GROUPS", ((tmp_path, "max", "current", "file"),))
    return tmp_path


def test_without_a_limit_it_is_what_the_machine_has(system):
    assert memory.available() == 8000 * 1024
    (system / "max").write_text("max\n")
    (system / "current").write_text("9\n")
    (system / "memory.stat").write_text("anon 9\nfile 4\n")
    assert memory.available() == 8000 * 1024


def test_the_limit_of_a_container_counts_and_cached_files_are_free(system):
    (system / "max").write_text("1000\n")
    (system / "current").write_text("900\n")
    (system / "memory.stat").write_text("anon 500\nfile 400\n")
    assert memory.available() == 500


def test_a_system_that_does_not_say_is_unknown(system):
    (system / "meminfo").unlink()
    assert memory.available() is None
