"""Options: small dataclasses, one an idea, that the commands' settings are put together from.

The flags, `--help`, the refusal of options that change nothing, the parameters that a run logs, the parameters of the
scikit-learn estimators and the reference all follow from their fields.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from semisup.errors import InputError

Kind = TypeVar("Kind", bound="Options")
UNLOGGED = {"unlogged": True}  # metadata of a field that is no parameter of a run


@dataclass(frozen=True, kw_only=True)
class Options:
    """Some options. A subclass adds fields, or is put together from several subclasses (`groups`).

    Attributes:
        title: what `--help` puts above them.
    """

    title: ClassVar[str] = "Options"

    def __post_init__(self) -> None:
        for group in groups(type(self)):
            group.check(self)
        self.check_together()
        for group, why in self.unused().items():
            refuse(self, group, why)

    def check(self) -> None:
        """Raise InputError if the value of one of the fields is not sound by itself."""

    def check_together(self) -> None:
        """Raise InputError if options of several groups do not go together. May fill in defaults that depend on
        others."""

    def unused(self) -> dict[type["Options"], str]:
        """The groups that change nothing, each with what was expected instead."""
        return {}


def groups(kind: type[Options]) -> list[type[Options]]:
    """The subclasses that settings are put together from, in the order in which a user meets them; itself, if none."""
    bases = [base for base in kind.__bases__ if base is not Options and issubclass(base, Options)]
    return [group for base in bases for group in groups(base)] or [kind]


def names(*kinds: type[Options]) -> list[str]:
    """The options of some groups, or of settings, in the order of `groups`."""
    listed = [option.name for kind in kinds for group in groups(kind) for option in dataclasses.fields(group)]
    return list(dict.fromkeys(listed))


def part(settings: Options, kind: type[Kind]) -> Kind:
    """One group of the options alone."""
    return kind(**{name: getattr(settings, name) for name in names(kind)})


def default(option: dataclasses.Field) -> Any:
    return option.default_factory() if option.default is dataclasses.MISSING else option.default


def refuse(settings: Options, group: type[Options], why: str) -> None:
    """Refuse the options of a group that are not at their defaults: what changes nothing is not what its user thinks.

    Raises:
        InputError: one is not.
    """
    for option in dataclasses.fields(group):
        value = getattr(settings, option.name)
        if value != default(option):
            raise InputError(f"{option.name}: {why}, found {value!r}")


def used(settings: Options) -> dict[str, Any]:
    """The options that change something, by name."""
    unused = settings.unused()
    return {name: getattr(settings, name) for name in names(*(g for g in groups(type(settings)) if g not in unused))}


def logged(kind: type[Options]) -> dict[str, Any]:
    """The types of the options of a group or of settings that a run logs as parameters, by name."""
    fields = [option for group in groups(kind) for option in dataclasses.fields(group)]
    return {option.name: option.type for option in fields if not option.metadata.get("unlogged")}
