"""Give estimators the options of the commands as parameters."""

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from semisup.settings.options import Options, default

Estimator = TypeVar("Estimator", bound=type)


def takes(*groups: type[Options]) -> Callable[[Estimator], Estimator]:
    """Decorate an estimator: its `__init__` also takes the options of some groups, with their defaults.

    scikit-learn reads the parameters of an estimator from the signature of its `__init__`, which is made here. A
    default that is a list becomes a tuple, since all instances share defaults.
    """

    def decorate(kind: Estimator) -> Estimator:
        own = list(inspect.signature(kind.__init__).parameters.values())
        fields = [option for group in groups for option in dataclasses.fields(group)]
        parameters = {
            option.name: inspect.Parameter(
                option.name, inspect.Parameter.KEYWORD_ONLY, default=_shared(default(option)), annotation=option.type
            )
            for option in fields
        }
        signature = inspect.Signature([*own, *parameters.values()])

        def __init__(self: Any, *arguments: Any, **options: Any) -> None:
            bound = signature.bind(self, *arguments, **options)
            bound.apply_defaults()
            for name, value in list(bound.arguments.items())[1:]:
                setattr(self, name, value)

        __init__.__signature__ = signature
        kind.__init__ = __init__
        return kind

    return decorate


def _shared(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
