"""Checks of settings. Each raises InputError with one sentence that names the bad setting.

Most take the settings and the names of the fields to check. Nothing heavy is imported here.
"""

import dataclasses
import math
import re
from collections.abc import Iterable
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from semisup.errors import InputError

LARGEST_SEED = 2**31 - 1


def whole(settings: Any, *names: str, least: int) -> None:
    for name in names:
        value = getattr(settings, name)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise InputError(f"{name}: expected a whole number of at least {least}, found {value!r}")


def threads(settings: Any) -> None:
    if settings.threads is not None:
        whole(settings, "threads", least=1)


def seeds(settings: Any, *names: str) -> None:
    for name in names:
        whole(settings, name, least=0)
        if getattr(settings, name) > LARGEST_SEED:
            raise InputError(f"{name}: expected a seed of at most {LARGEST_SEED}, found {getattr(settings, name)}")


def widths(settings: Any, *names: str) -> None:
    for name in names:
        widths = getattr(settings, name)
        if widths is not None and not isinstance(widths, list):
            raise InputError(f"{name}: expected a list of whole numbers, found {widths!r}")
        for value in widths or []:
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise InputError(f"{name}: expected a list of whole numbers of at least 1, found {value!r} in it")


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def true_or_false(settings: Any, *names: str) -> None:
    for name in names:
        if not isinstance(getattr(settings, name), bool):
            raise InputError(f"{name}: expected true or false, found {getattr(settings, name)!r}")


def run_id(settings: Any, name: str = "run") -> None:
    value = getattr(settings, name)
    if value is not None and (not isinstance(value, str) or not value):
        raise InputError(f"{name}: expected the id of a run, found {value!r}")


def run_ids(settings: Any, name: str) -> None:
    values = getattr(settings, name)
    if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
        raise InputError(f"{name}: expected a list of ids of stage-one runs, found {values!r}")


def positive(settings: Any, *names: str) -> None:
    for name in names:
        value = getattr(settings, name)
        if not (is_number(value) and value > 0):
            raise InputError(f"{name}: expected a number above 0, found {value!r}")


def at_least_0(settings: Any, *names: str) -> None:
    for name in names:
        value = getattr(settings, name)
        if not (is_number(value) and value >= 0):
            raise InputError(f"{name}: expected a number of at least 0, found {value!r}")


def fraction(settings: Any, *names: str) -> None:
    for name in names:
        value = getattr(settings, name)
        if not (is_number(value) and 0 <= value < 1):
            raise InputError(f"{name}: expected a number in [0, 1), found {value!r}")


def choice(name: str, value: Any, allowed: Iterable[str]) -> None:
    if value not in tuple(allowed):  # a value need not be hashable
        raise InputError(f"{name}: expected one of {', '.join(allowed)}, found {value!r}")


def one_of(settings: Any, *names: str) -> None:
    annotations = {f.name: f.type for f in dataclasses.fields(settings)}
    for name in names:
        choice(name, getattr(settings, name), _choices(annotations[name]))


def list_of(settings: Any, name: str, allowed: tuple[str, ...]) -> None:
    values = getattr(settings, name)
    if not isinstance(values, list):
        raise InputError(f"{name}: expected a list of {', '.join(allowed)}, found {values!r}")
    for value in values:
        if value not in allowed:
            raise InputError(f"{name}: expected a list of {', '.join(allowed)}, found {value!r} in it")


def texts(settings: Any, *names: str) -> None:
    for name in names:
        values = getattr(settings, name)
        if values is not None and not (isinstance(values, list) and all(isinstance(value, str) for value in values)):
            raise InputError(f"{name}: expected a list of texts, found {values!r}")


def not_empty(settings: Any, name: str) -> None:
    if getattr(settings, name) == []:
        raise InputError(f"{name}: expected at least one number, found an empty list")


def budgets(values: list[int | float] | None) -> None:
    if values == []:
        raise InputError("budgets: expected at least one number of labels, found an empty list")
    for value in values or []:
        labels("budgets", value)


def _choices(annotation: Any) -> tuple[str, ...]:
    """Return the values that a Literal allows, or a Literal that may also be None."""
    parts = get_args(annotation)
    return next(get_args(part) for part in parts if get_origin(part) is Literal) if NoneType in parts else parts


def labels(name: str, value: Any) -> None:
    count = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    if not count and not (isinstance(value, float) and 0 < value <= 1):
        raise InputError(f"{name}: expected a whole number of at least 1 or a fraction in (0, 1], found {value!r}")


def output(settings: Any, *suffixes: str) -> None:
    """Check that `output` names a file with one of the suffixes, in a folder that exists."""
    path = Path(settings.output)
    if path.suffix not in suffixes:
        raise InputError(f"output: expected a {' or '.join(suffixes)} file, found {settings.output}")
    if not path.resolve().parent.is_dir():
        raise InputError(f"output: expected a file in a folder that is there, found {settings.output}")
    if path.is_dir():
        raise InputError(f"output: expected a file, found the folder {settings.output}")


def registered_name(settings: Any, name: str) -> None:
    """Check that a name is None, or NAME or NAME@ALIAS as MLflow's registry accepts them."""
    value = getattr(settings, name)
    if value is None:
        return
    valid = isinstance(value, str) and re.fullmatch(
        r"[^/:@%#?.\s\x00-\x1f][^/:@%#?\x00-\x1f\x7f]*(@[\w-]{1,255})?", value
    )
    alias = value.partition("@")[2] if valid else ""
    if not valid or alias.lower() == "latest" or re.fullmatch(r"[vV]\d+", alias):
        raise InputError(
            f"{name}: expected NAME or NAME@ALIAS, without / and : and with an alias other than latest and v1, v2, "
            f"..., found {value!r}"
        )
