"""Compare settings, data, code and versions of all processes of a cluster before the first step."""

import json
from typing import Any

from semisup.errors import InputError
from semisup.system import provenance
from semisup.training.distributed import collectives, devices
from semisup.training.distributed.cluster import Cluster

PATHS = ("data", "data_dir")  # settings that may differ between machines; `data_of_all` compares the data itself


def settings_of_all(settings: dict[str, Any], resume: str | None) -> dict[str, Any]:
    """Check that all processes have the same settings, code and versions of packages, and return the settings.

    With `resume` the settings returned are the chief's, and are not compared: only the chief has the run.

    Args:
        settings: of this process.
        resume: id of the run to resume; None for a new run.

    Raises:
        InputError: settings, code or versions differ.
    """
    versions = {package: provenance.version(package) for package in provenance.PACKAGES if package != "semisup"}
    own = {"resume": resume, "code": provenance.code_digest()} | versions | {"settings": settings}
    of_each = [json.loads(text) for text in _gathered(json.dumps(own))]
    for name in set(own) - {"settings"}:
        _refuse_others(name, [process[name] for process in of_each])
    if resume is not None:
        return of_each[0]["settings"]
    for name in settings:
        if name not in PATHS:
            _refuse_others(name, [process["settings"].get(name) for process in of_each])
    return settings


def data_of_all(digest: str) -> None:
    """Check that all processes have the same data.

    Raises:
        InputError: the digest of another process differs.
    """
    _refuse_others("data", _gathered(digest), "digest ")


def wait_for_all() -> None:
    """Wait until every process has called this."""
    _gathered("done")


def _gathered(text: str) -> list[str]:
    return devices.interruptible(lambda: collectives.gathered(text))


def _refuse_others(name: str, values: list[Any], kind: str = "") -> None:
    """Raise InputError if the value of any process differs from the chief's."""
    cluster: Cluster = devices.cluster()
    for index, value in enumerate(values):
        if value != values[0]:
            chief, other = cluster.name(0), cluster.name(index)
            raise InputError(
                f"{name}: expected the same in all processes, found {kind}{values[0]!r} in {chief} and "
                f"{kind}{value!r} in {other}"
            )
