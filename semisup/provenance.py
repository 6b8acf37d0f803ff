"""Where a figure comes from: package versions and the git commit of the code."""

import functools
import importlib.metadata
import platform
import subprocess
from pathlib import Path

PACKAGES = ("semisup", "tensorflow", "keras", "numpy", "scikit-learn", "mlflow", "tensorflow-datasets")


def version(package: str) -> str:
    """The installed version of a distribution, or "not installed"."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


@functools.cache
def git_commit() -> str:
    """The commit of this package: of its checkout, or the one recorded when it was built, else "unknown"."""
    here = Path(__file__).resolve().parent
    try:
        git = ["git", "-C", str(here), "rev-parse", "--show-toplevel", "HEAD"]
        top, commit = subprocess.run(git, capture_output=True, text=True, check=True).stdout.split()
        if Path(top) == here.parent:
            return commit
    except (OSError, subprocess.CalledProcessError, ValueError):
        pass
    try:
        from semisup._version import __commit_id__
    except ImportError:
        return "unknown"
    return (__commit_id__ or "unknown").removeprefix("g")


@functools.cache
def tags() -> dict[str, str]:
    """Tags for a run: `version.PACKAGE` for each of `PACKAGES` and Python, and the git commit."""
    versions = {f"version.{package}": version(package) for package in PACKAGES}
    return versions | {"version.python": platform.python_version(), "mlflow.source.git.commit": git_commit()}
