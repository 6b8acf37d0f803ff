"""Parameters of estimators, from the fields of the commands' options."""

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from semisup.settings.options import Options, default

Estimator = TypeVar("Estimator", bound=type)


def takes(*groups: type[Options]) -> Callable[[Estimator], Estimator]:
    """Decorate an estimator whose parameters are those of its own `__init__` and the options of some groups, with their
    defaults (tuples for lists, since defaults are shared).

    scikit-learn reads the parameters of an estimator off the signature of its `__init__`, which is made here.
    """

    def decorate(kind: Estimator) -> Estimator:
        own = list(inspect.signature(kind.__init__).parameters.values())
        fields = [option for group in groups for option in dataclasses.fields(group)]
        named = {
            option.name: inspect.Parameter(
                option.name, inspect.Parameter.KEYWORD_ONLY, default=_shared(default(option)), annotation=option.type
            )
            for option in fields
        }
        signature = inspect.Signature([*own, *named.values()])

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
