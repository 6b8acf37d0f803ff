"""Record where a metric comes from: package versions, git commit and digest of the code."""

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
    """Return the installed version of a distribution, or "not installed"."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


@functools.cache
def git_commit() -> str:
    """Return the git commit of this package: of its checkout, else the one recorded at its build, else "unknown"."""
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
    """Return the SHA-256 of this package's source files, as they are now."""
    sha = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name != "_version.py":
            sha.update(str(path.relative_to(PACKAGE)).encode() + path.read_bytes())
    return sha.hexdigest()


def digest(configuration: Any) -> str:
    """Return a digest of a configuration, the code and the package versions.

    Runs with the same digest have the same metrics. The configuration is anything that JSON can hold. The digest is the
    first 16 hexadecimal digits of a SHA-256.
    """
    versions = {package: version(package) for package in PACKAGES if package != "semisup"}
    text = json.dumps([configuration, code_digest(), versions], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@functools.cache
def tags() -> dict[str, str]:
    """Return tags for a run: `version.PACKAGE` for each of `PACKAGES` and for Python, and the git commit."""
    versions = {f"version.{package}": version(package) for package in PACKAGES}
    return versions | {"version.python": platform.python_version(), "mlflow.source.git.commit": git_commit()}
