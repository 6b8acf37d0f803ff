"""Tasks: what `evaluate` scores, one row each, with the options that it reads.

Nothing heavy is imported here. The code of a task is `semisup/tasks/NAME.py`.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import Options


@dataclass(frozen=True, kw_only=True)
class BudgetOptions(Options):
    """How many labels probes learn from.

    Args:
        budgets: numbers of labels, as in compare. Default: 1, 5, 10 and 20 a class, and all.
    """

    title: ClassVar[str] = "Labels"

    budgets: list[int | float] | None = None

    def check(self) -> None:
        checks.budgets(self.budgets)


@dataclass(frozen=True, kw_only=True)
class DrawOptions(Options):
    """How often labels are drawn.

    Args:
        draws: how many draws of labels (seeds 0, 1, ...).
    """

    title: ClassVar[str] = "Labels"

    draws: int = 10

    def check(self) -> None:
        checks.whole(self, "draws", least=2)


@dataclass(frozen=True, kw_only=True)
class BitLengthOptions(Options):
    """How long binary codes are.

    Args:
        bits: lengths of the binary codes, multiples of 8.
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
    """Which sizes of code to try.

    Args:
        sizes: sizes of code. Default: powers of 2 below the number of features, at most 256.
    """

    title: ClassVar[str] = "Size of the code"

    sizes: list[int] | None = None

    def check(self) -> None:
        checks.widths(self, "sizes")
        checks.not_empty(self, "sizes")


@dataclass(frozen=True, kw_only=True)
class BesideOptions(Options):
    """A second run.

    Args:
        beside: id of a second stage-one run on the same data, to draw from and to measure beside it.
    """

    title: ClassVar[str] = "Generation"

    beside: str | None = None

    def check(self) -> None:
        checks.run_id(self, "beside")


@dataclass(frozen=True)
class TaskSpec:
    """A row of the table.

    Attributes:
        options: the groups that the task reads; its function `score(run, seed, *options)` takes them in this order.
        module: of its file; default: `semisup.tasks.NAME`.
        needs_labels: whether the data must have labels.
        trains_anew: whether it trains the run's autoencoder again, and so wants one whose halves were both trained.
        takes_conditional: whether it can score a run that has seen labels.
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
