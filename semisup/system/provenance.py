"""Where a figure comes from: package versions, the git commit of the code and a digest of it."""

import functools
import hashlib
import importlib.metadata
import json
import platform
import subprocess
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[1]
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
    try:
        git = ["git", "-C", str(PACKAGE), "rev-parse", "--show-toplevel", "HEAD"]
        top, commit = subprocess.run(git, capture_output=True, text=True, check=True).stdout.split()
        if Path(top) == PACKAGE.parent:
            return commit
    except (OSError, subprocess.CalledProcessError, ValueError):
        pass
    try:
        from semisup._version import __commit_id__
    except ImportError:
        return "unknown"
    return (__commit_id__ or "unknown").removeprefix("g")


@functools.cache
def code_digest() -> str:
    """SHA-256 of this package's source files, as they are now."""
    sha = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name != "_version.py":
            sha.update(str(path.relative_to(PACKAGE)).encode() + path.read_bytes())
    return sha.hexdigest()


def digest(configuration: Any) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a configuration (anything that JSON can hold) together with the
    code and the versions of the packages: what has the same digest gives the same figures."""
    versions = {package: version(package) for package in PACKAGES if package != "semisup"}
    text = json.dumps([configuration, code_digest(), versions], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@functools.cache
def tags() -> dict[str, str]:
    """Tags for a run: `version.PACKAGE` for each of `PACKAGES` and Python, and the git commit."""
    versions = {f"version.{package}": version(package) for package in PACKAGES}
    return versions | {"version.python": platform.python_version(), "mlflow.source.git.commit": git_commit()}
