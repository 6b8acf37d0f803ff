"""The commit and the digest of the code are those of the whole package."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import semisup
from semisup.system import provenance

ROOT = Path(semisup.__file__).resolve().parent


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the package's files in a folder of its own."""
    copy = shutil.copytree(ROOT, tmp_path / "semisup", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(provenance, "PACKAGE", copy)
    provenance.code_digest.cache_clear()
    yield copy
    provenance.code_digest.cache_clear()


def digest_now() -> str:
    provenance.code_digest.cache_clear()
    return provenance.code_digest()


def test_the_package_is_the_whole_one():
    assert provenance.PACKAGE == ROOT
    assert (provenance.PACKAGE / "__main__.py").is_file()


@pytest.mark.parametrize(
    "name", ["errors.py", "data/dataset.py", "commands/inputs/pretrain.py", "system/provenance.py"]
)
def test_a_change_of_any_file_changes_the_digest(package, name):
    before = digest_now()
    with (package / name).open("a") as file:
        file.write("# changed\n")
    assert digest_now() != before


def test_the_same_code_elsewhere_has_the_same_digest_whatever_its_version_file(package):
    (package / "_version.py").write_text("__version__ = '7'\n")
    copied = digest_now()
    provenance.code_digest.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "PACKAGE", ROOT)
        assert digest_now() == copied


def git(folder, *arguments):
    who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(folder), *who, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit_said_in(folder: Path) -> str:
    """By the package in a folder, in a process of its own."""
    script = "from semisup.system import provenance; print(provenance.git_commit())"
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_commit_is_that_of_the_checkout_that_the_package_is_of(package, tmp_path):
    (package / "_version.py").write_text("__commit_id__ = 'g1234567'\n")
    assert commit_said_in(tmp_path) == "1234567"  # of no checkout: as it was built
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "first")
    assert commit_said_in(tmp_path) == git(tmp_path, "rev-parse", "HEAD")
    inner = tmp_path / "site-packages"
    inner.mkdir()
    package.rename(inner / "semisup")
    assert commit_said_in(inner) == "1234567"  # installed within another project's checkout
