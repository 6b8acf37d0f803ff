"""What an evaluation takes."""

from dataclasses import dataclass, field
from typing import Literal

from semisup.errors import InputError
from semisup.settings import checks

TASKS = ("reconstruction", "probe", "hashing", "anomaly", "generation", "manifold", "code_size")


@dataclass(frozen=True)
class EvaluateSettings:
    """Score what the code of a stage-one or stage-two run is good for, and log it to that run.

    Args:
        task: "reconstruction" of test inputs; "probe": simple classifiers and clusterings of the codes; "hashing":
            retrieval by binary codes; "anomaly": one class against the others; "generation" of new inputs; "manifold":
            paths through the code; "code_size": the same network with other sizes of code, and a recommendation.
        run: id of the run to score; default: the latest finished stage-one run.
        beside: generation: id of a second stage-one run on the same data, to draw from and to measure beside it.
        data: source of the data; default: the run's.
        data_dir: folder with prepared TensorFlow Datasets; default: the run's.
        budgets: probe: numbers of labels, as in compare; default: 1, 5, 10 and 20 a class, and all.
        draws: probe, anomaly, code_size: how many draws of labels (seeds 0, 1, ...).
        bits: hashing: lengths of the binary codes.
        sizes: code_size: sizes of code; default: powers of 2 below the number of features, at most 256.
        seed: of whatever a task draws or fits.
    """

    task: Literal["reconstruction", "probe", "hashing", "anomaly", "generation", "manifold", "code_size"]
    run: str | None = None
    beside: str | None = None
    data: str | None = None
    data_dir: str | None = None
    budgets: list[int | float] | None = None
    draws: int = 10
    bits: list[int] = field(default_factory=lambda: [16, 32, 64])
    sizes: list[int] | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        checks.one_of(self, "task")
        checks.run_id(self)
        checks.run_id(self, "beside")
        if self.beside is not None and self.task != "generation":
            raise InputError(f"beside: expected with task generation only, found with {self.task}")
        checks.source(self)
        checks.seeds(self, "seed")
        checks.whole(self, "draws", least=2)
        checks.widths(self, "bits", "sizes")
        for name in ("budgets", "bits", "sizes"):
            if getattr(self, name) == []:
                raise InputError(f"{name}: expected at least one number, found an empty list")
        for budget in self.budgets or []:
            checks.labels("budgets", budget)
        for bits in self.bits:
            if bits % 8:
                raise InputError(f"bits: expected multiples of 8, found {bits}")
