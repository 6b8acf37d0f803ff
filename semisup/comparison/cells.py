"""The cells of a comparison: a method or baseline, a number of labels and a draw each; nothing heavy is imported."""

import dataclasses
import json
from dataclasses import dataclass

from semisup.settings import CompareSettings, FinetuneSettings
from semisup.settings.compare import CLASSIFIERS, builds_on_codes

SEMI_SUPERVISED = ("self_training", "label_spreading")  # of scikit-learn's


@dataclass(frozen=True, eq=False)
class Cell:
    """One cell.

    Attributes:
        name: of the method or baseline in the comparison.
        settings: all that `finetune` would take, with the stage-one run, the number of labels, the draw and the seeds;
            a baseline looks at these four only.
        data_digest: of the data that it is to be trained on.
        baseline: the name of scikit-learn's classifier and what it is given, as the settings of `compare` have it.
    """

    name: str
    settings: FinetuneSettings
    data_digest: str
    baseline: str | None = None

    @property
    def title(self) -> str:
        return f"{self.name}, {self.settings.labels} labels, draw {self.settings.draw}"

    @property
    def classifier(self) -> str:
        """That of a baseline."""
        return next(name for name in CLASSIFIERS if self.baseline.endswith(name))

    @property
    def features(self) -> str:
        """What a baseline is given: `inputs`, `pca` or `codes`."""
        return self.baseline.removesuffix(self.classifier).rstrip("_") or "inputs"

    @property
    def labels_alone(self) -> bool:
        """Whether it sees no unlabelled input."""
        if self.baseline is None:
            return self.settings.method == "supervised" and self.settings.encoder == "scratch"
        return self.features == "inputs" and self.classifier not in SEMI_SUPERVISED

    @property
    def shared(self) -> str:
        """The same for cells that differ only in labels, draw and seeds."""
        settings = dataclasses.replace(self.settings, labels=1, draw=0, init_seed=0, order_seed=0)
        return json.dumps([dataclasses.asdict(settings), self.baseline])


def of_grid(settings: CompareSettings, stage_one: dict[str, str], budgets: list[int], data_digest: str) -> list[Cell]:
    """All cells; draw d has label draw d, `init_seed` + d and `order_seed` + d.

    Args:
        settings: the grid.
        stage_one: ids of stage-one runs by the names that `settings.names()` puts in front; "" for one without.
        budgets: numbers of labels.
        data_digest: of the data.
    """
    first = next(iter(stage_one.values()))
    own = {key: getattr(settings, key) for key in ("data", "data_dir", "init_seed", "order_seed")}
    plain = FinetuneSettings(**own)
    on_codes = [name for name in settings.baselines if builds_on_codes(name)]
    named = [
        (one, name, method, None, run) for one, run in stage_one.items() for name, method in settings.cells().items()
    ]
    named += [(one, name, plain, name, run) for one, run in stage_one.items() for name in on_codes]
    named += [("", name, plain, name, first) for name in settings.baselines if name not in on_codes]
    cells = [
        Cell(f"{one}: {name}" if one else name, _at(method, run, labels, draw), data_digest, baseline)
        for one, name, method, baseline, run in named
        for labels in budgets
        for draw in range(settings.draws)
    ]
    order = settings.names().index
    return sorted(cells, key=lambda cell: order(cell.name))


def _at(method: FinetuneSettings, run_id: str, labels: int, draw: int) -> FinetuneSettings:
    seeds = {"init_seed": method.init_seed + draw, "order_seed": method.order_seed + draw}
    return dataclasses.replace(method, run=run_id, labels=labels, draw=draw, **seeds)
