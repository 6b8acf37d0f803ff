"""Tasks: what `evaluate` scores. The table `TASKS` has one row per task, with the options it reads.

Nothing heavy is imported here. The code of a task is in `semisup/tasks/NAME.py`.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import Options


@dataclass(frozen=True, kw_only=True)
class BudgetOptions(Options):
    """How many labels to learn from.

    Args:
        budgets: numbers of labels to learn from: counts, or fractions of the labelled training rows. The probes of
            evaluate also learn from all labels. Default: a twentieth, a quarter, half and all of the labelled training
            rows, but at least one label per class. With more than 1,000 of these rows, 200 (20 per class, if that is
            more) stand for all.
    """

    title: ClassVar[str] = "Labels"

    budgets: list[int | float] | None = None

    def check(self) -> None:
        checks.budgets(self.budgets)


@dataclass(frozen=True, kw_only=True)
class DrawOptions(Options):
    """How often labels are drawn.

    Args:
        draws: number of label draws. Their seeds are 0, 1, 2, ...
    """

    title: ClassVar[str] = "Labels"

    draws: int = 10

    def check(self) -> None:
        checks.whole(self, "draws", least=2)


@dataclass(frozen=True, kw_only=True)
class BitLengthOptions(Options):
    """How long the binary codes are.

    Args:
        bits: lengths of the binary codes to score, each a multiple of 8.
    """

    title: ClassVar[str] = "Retrieval"

    bits: list[int] = field(default_factory=lambda: [16, 32, 64])

    def check(self) -> None:
        checks.widths(self, "bits")
        checks.not_empty(self, "bits")
        for bits in self.bits:
            if bits % 8:
                raise InputError(f"bits: expected multiples of 8, found {bits}")


@dataclass(frozen=True, kw_only=True)
class SizeOptions(Options):
    """Which sizes of the code to try.

    Args:
        sizes: sizes of the code to try. Default: powers of 2 below the number of features, up to 256.
    """

    title: ClassVar[str] = "Size of the code"

    sizes: list[int] | None = None

    def check(self) -> None:
        checks.widths(self, "sizes")
        checks.not_empty(self, "sizes")


@dataclass(frozen=True, kw_only=True)
class BesideOptions(Options):
    """A second run to compare with.

    Args:
        beside: id of a second stage-one run on the same data. It is drawn from and scored too. Default: no second run.
    """

    title: ClassVar[str] = "Generation"

    beside: str | None = None

    def check(self) -> None:
        checks.run_id(self, "beside")


@dataclass(frozen=True)
class TaskSpec:
    """A row of the table `TASKS`.

    Attributes:
        options: groups of options that the task reads. Its function `score(run, seed, *options)` takes them in this
            order.
        module: its module, which defines `score`. Default: `semisup.tasks.NAME`.
        needs_labels: whether the data must have labels.
        trains_anew: whether the task trains the run's autoencoder again. It then needs a run that trained both halves.
        takes_conditional: whether the task can score a run that has seen labels.
    """

    options: tuple[type[Options], ...] = ()
    module: str | None = None
    needs_labels: bool = False
    trains_anew: bool = False
    takes_conditional: bool = False


TASKS = {
    "reconstruction": TaskSpec(),
    "probe": TaskSpec((BudgetOptions, DrawOptions), needs_labels=True),
    "hashing": TaskSpec((BitLengthOptions,), needs_labels=True),
    "anomaly": TaskSpec((DrawOptions,), needs_labels=True, trains_anew=True),
    "generation": TaskSpec((BesideOptions,), needs_labels=True, takes_conditional=True),
    "manifold": TaskSpec(),
    "code_size": TaskSpec((SizeOptions, DrawOptions), trains_anew=True),
}

GROUPS = tuple(dict.fromkeys(group for spec in TASKS.values() for group in spec.options))
