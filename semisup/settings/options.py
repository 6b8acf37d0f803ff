"""Options: small dataclasses, one per idea, of which the settings of the commands are composed.

Their fields define the flags, `--help`, the refusal of options that would have no effect, the parameters that a run
logs, the parameters of the scikit-learn estimators, and the reference.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from semisup.errors import InputError

Kind = TypeVar("Kind", bound="Options")
UNLOGGED = {"unlogged": True}  # metadata of a field that a run does not log as a parameter


@dataclass(frozen=True, kw_only=True)
class Options:
    """A group of options. A subclass adds fields, or is composed of several subclasses (see `groups`).

    Attributes:
        title: heading of the group in `--help`.
    """

    title: ClassVar[str] = "Options"

    def __post_init__(self) -> None:
        for group in groups(type(self)):
            group.check(self)
        self.check_together()
        for group, why in self.unused().items():
            refuse(self, group, why)

    def check(self) -> None:
        """Raise InputError if the value of a field is bad, whatever the other fields are."""

    def check_together(self) -> None:
        """Raise InputError if options of several groups do not go together.

        May also fill in defaults that depend on other options.
        """

    def unused(self) -> dict[type["Options"], str]:
        """Return the groups that have no effect with these settings, each with what was expected instead."""
        return {}


def groups(kind: type[Options]) -> list[type[Options]]:
    """Return the groups that settings are composed of, in the order of `--help`. A single group returns itself."""
    bases = [base for base in kind.__bases__ if base is not Options and issubclass(base, Options)]
    return [group for base in bases for group in groups(base)] or [kind]


def names(*kinds: type[Options]) -> list[str]:
    """Return the names of the options of some groups, or of settings, in the order of `groups`."""
    every = [option.name for kind in kinds for group in groups(kind) for option in dataclasses.fields(group)]
    return list(dict.fromkeys(every))


def part(settings: Options, kind: type[Kind]) -> Kind:
    """Return one group of the options of settings."""
    return kind(**{name: getattr(settings, name) for name in names(kind)})


def default(option: dataclasses.Field) -> Any:
    """Return the default of an option that has one."""
    return option.default_factory() if option.default is dataclasses.MISSING else option.default


def refuse(settings: Options, group: type[Options], why: str) -> None:
    """Refuse a group that has no effect here, if the user has set one of its options.

    Args:
        settings: the settings to check.
        group: the group of options.
        why: what was expected instead.

    Raises:
        InputError: an option of the group does not have its default value.
    """
    for option in dataclasses.fields(group):
        value = getattr(settings, option.name)
        if value != default(option):
            raise InputError(f"{option.name}: {why}, found {value!r}")


def used(settings: Options) -> dict[str, Any]:
    """Return the options that have an effect, by name."""
    unused = settings.unused()
    return {name: getattr(settings, name) for name in names(*(g for g in groups(type(settings)) if g not in unused))}


def logged(kind: type[Options]) -> dict[str, Any]:
    """Return the types of the options that a run logs as parameters, by name, for a group or for settings."""
    fields = [option for group in groups(kind) for option in dataclasses.fields(group)]
    return {option.name: option.type for option in fields if not option.metadata.get("unlogged")}
