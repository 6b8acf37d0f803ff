"""The cells of a comparison: a method or baseline, a number of labels and a draw each; nothing heavy is imported."""

import dataclasses
import json
from dataclasses import dataclass

from semisup.settings.compare import CLASSIFIERS, builds_on_codes
from semisup.settings.methods import Recipe
from semisup.settings.options import names
from semisup.settings.pretrain import SeedOptions

SEMI_SUPERVISED = ("self_training", "label_spreading")  # of scikit-learn's


@dataclass(frozen=True)
class Source:
    """Where a cell finds what it works on: the same for all cells that build on a stage-one run.

    Attributes:
        run: id of the stage-one run.
        data: source of the data; None is the run's own.
        data_dir: folder with prepared TensorFlow Datasets; None is the run's own.
        digest: of the data.
    """

    run: str
    data: str | None
    data_dir: str | None
    digest: str


@dataclass(frozen=True, eq=False)
class Cell:
    """One cell: either a recipe or a baseline.

    Attributes:
        name: of the method or baseline in the comparison.
        source: where its data and its stage-one run are.
        labels: how many.
        draw: seed of the label draw.
        seeds: the other two.
        recipe: what a method trains.
        baseline: the name of scikit-learn's classifier and what it learns from, as the settings of `compare` have it.
    """

    name: str
    source: Source
    labels: int
    draw: int
    seeds: SeedOptions
    recipe: Recipe | None = None
    baseline: str | None = None

    @property
    def title(self) -> str:
        return f"{self.name}, {self.labels} labels, draw {self.draw}"

    @property
    def classifier(self) -> str:
        """That of a baseline."""
        return next(name for name in CLASSIFIERS if self.baseline.endswith(name))

    @property
    def features(self) -> str:
        """What a baseline learns from: `inputs`, `pca` or `codes`."""
        return self.baseline.removesuffix(self.classifier).rstrip("_") or "inputs"

    @property
    def labels_alone(self) -> bool:
        """Whether it sees no unlabelled input."""
        if self.recipe is not None:
            return self.recipe.labels_alone
        return self.features == "inputs" and self.classifier not in SEMI_SUPERVISED

    @property
    def shared(self) -> str:
        """The same for cells that differ only in labels, draw and seeds."""
        options = [] if self.recipe is None else [dataclasses.asdict(part) for part in self.recipe.options.values()]
        method = None if self.recipe is None else (self.recipe.method, self.recipe.encoder)
        return json.dumps([dataclasses.asdict(self.source), method, options, self.baseline])


def of_grid(
    sources: dict[str, Source],
    recipes: dict[str, Recipe],
    baselines: list[str],
    seeds: dict[str, SeedOptions],
    budgets: list[int],
    draws: int,
) -> list[Cell]:
    """All cells, methods before baselines; draw d has label draw d, `init_seed` + d and `order_seed` + d.

    Args:
        sources: by the names that go in front of those of methods; "" for one without.
        recipes: of methods, by name.
        baselines: names; those that learn from codes do so from those of each source.
        seeds: of draw 0, by the name of the method; of the baselines by "".
        budgets: numbers of labels.
        draws: how many at each.
    """
    first = next(iter(sources.values()))
    named: list[tuple[str, Source, SeedOptions, Recipe | None, str | None]] = []
    for one, source in sources.items():
        named += [(_title(one, name), source, seeds[name], recipe, None) for name, recipe in recipes.items()]
    for name in baselines:
        on = sources.items() if builds_on_codes(name) else [("", first)]
        named += [(_title(one, name), source, seeds[""], None, name) for one, source in on]
    return [
        Cell(name, source, labels, draw, _later(start, draw), recipe, baseline)
        for name, source, start, recipe, baseline in named
        for labels in budgets
        for draw in range(draws)
    ]


def _title(source: str, name: str) -> str:
    return f"{source}: {name}" if source else name


def _later(seeds: SeedOptions, draw: int) -> SeedOptions:
    return SeedOptions(**{name: getattr(seeds, name) + draw for name in names(SeedOptions)})
