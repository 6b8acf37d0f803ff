"""That all processes of a cluster do the same: settings, data, code and versions are compared before the first step."""

import json
from typing import Any

from semisup.errors import InputError
from semisup.system import provenance
from semisup.training.distributed import collectives, devices
from semisup.training.distributed.cluster import Cluster

PLACES = ("data", "data_dir")  # may be another on every machine, what they hold is compared


def settings_of_all(settings: dict[str, Any], resume: str | None) -> dict[str, Any]:
    """The settings of this process, which all have. With `resume` they are the chief's, who alone has the run.

    Raises:
        InputError: they, the code or the versions of packages differ.
    """
    versions = {package: provenance.version(package) for package in provenance.PACKAGES if package != "semisup"}
    own = {"resume": resume, "code": provenance.code_digest()} | versions | {"settings": settings}
    told = [json.loads(text) for text in _told(json.dumps(own))]
    for name in set(own) - {"settings"}:
        _refuse_others(name, [each[name] for each in told])
    if resume is not None:
        return told[0]["settings"]
    for name in settings:
        if name not in PLACES:
            _refuse_others(name, [each["settings"].get(name) for each in told])
    return settings


def data_of_all(digest: str) -> None:
    """Raise InputError if another process has other data."""
    _refuse_others("data", _told(digest), "digest ")


def wait_for_all() -> None:
    _told("done")


def _told(text: str) -> list[str]:
    return devices.interruptible(lambda: collectives.gathered(text))


def _refuse_others(name: str, values: list[Any], kind: str = "") -> None:
    cluster: Cluster = devices.cluster()
    for index, value in enumerate(values):
        if value != values[0]:
            chief, other = cluster.name(0), cluster.name(index)
            raise InputError(
                f"{name}: expected the same in all processes, found {kind}{values[0]!r} in {chief} and "
                f"{kind}{value!r} in {other}"
            )
