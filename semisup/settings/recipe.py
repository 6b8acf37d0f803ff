"""A recipe: a method with the options that it reads."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from semisup.settings.methods import METHODS, used_by
from semisup.settings.network_classifier import NewEncoderOptions, StepOptions
from semisup.settings.options import Options, names, part

Kind = TypeVar("Kind", bound=Options)


@dataclass(frozen=True)
class Recipe:
    """A method with all the options that it reads. Labels and seeds are not part of it.

    Attributes:
        method: key of its row in `METHODS`.
        encoder: "frozen", "finetuned" or "scratch".
        options: values of each group of options. `recipe[GraphOptions]` returns one group.
    """

    method: str
    encoder: str
    options: Mapping[type[Options], Options]

    @classmethod
    def of(cls, settings: Options, method: str, encoder: str) -> Self:
        """Make a recipe from settings that have the options. Without `steps`, it gets the method's own number."""
        recipe = cls(method, encoder, {group: part(settings, group) for group in METHODS[method].options})
        own = recipe.options.get(StepOptions)
        return recipe if own is None or own.steps is not None else recipe.with_steps(METHODS[method].steps)

    def __getitem__(self, group: type[Kind]) -> Kind:
        return self.options[group]

    def with_steps(self, steps: int) -> Self:
        """Return a copy with another number of gradient steps."""
        changed = dataclasses.replace(self[StepOptions], steps=steps)
        return dataclasses.replace(self, options={**self.options, StepOptions: changed})

    def parameters(self) -> dict[str, Any]:
        """Return method, encoder and the options that have an effect, by name."""
        groups = used_by(self.method, self.encoder)
        if NewEncoderOptions in groups and self[NewEncoderOptions].network is None:
            groups.remove(NewEncoderOptions)
        values = {name: getattr(self[group], name) for group in groups for name in names(group)}
        return {"method": self.method, "encoder": self.encoder} | values

    @property
    def labels_alone(self) -> bool:
        """Whether no unlabelled input has any part in the training, stage one included."""
        return METHODS[self.method].labels_alone and self.encoder == "scratch"
