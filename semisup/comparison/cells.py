"""The cells of a comparison. A cell is a method or baseline, with a number of labels and a label draw.

Nothing heavy is imported here.
"""

import dataclasses
import json
from dataclasses import dataclass

from semisup.settings.compare import CLASSIFIERS, builds_on_codes
from semisup.settings.options import names
from semisup.settings.pretrain import SeedOptions
from semisup.settings.recipe import Recipe

SEMI_SUPERVISED = ("self_training", "label_spreading")  # classifiers of scikit-learn that use unlabelled inputs


@dataclass(frozen=True)
class Source:
    """The stage-one run and the data of a cell. All cells that build on a run have the same source.

    Attributes:
        run: id of the stage-one run.
        data: source of the data; None stands for the data of the run.
        data_dir: folder with prepared TensorFlow Datasets; None stands for the folder of the run.
        digest: digest of the data.
    """

    run: str
    data: str | None
    data_dir: str | None
    digest: str


@dataclass(frozen=True, eq=False)
class Cell:
    """One cell. It has either a recipe or a baseline.

    Attributes:
        name: name of the method or baseline in the comparison.
        source: its stage-one run and its data.
        labels: number of labels.
        draw: seed of the label draw.
        seeds: the other two seeds.
        recipe: the method with its options.
        baseline: the classifier of scikit-learn and its features, as a value of the option `baselines`.
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
        """The cell in words, for messages."""
        return f"{self.name}, {self.labels} labels, draw {self.draw}"

    @property
    def classifier(self) -> str:
        """Name of a baseline's classifier."""
        return next(name for name in CLASSIFIERS if self.baseline.endswith(name))

    @property
    def features(self) -> str:
        """The features that a baseline learns from: `inputs`, `pca` or `codes`."""
        return self.baseline.removesuffix(self.classifier).rstrip("_") or "inputs"

    @property
    def labels_alone(self) -> bool:
        """Whether the cell uses no unlabelled input."""
        if self.recipe is not None:
            return self.recipe.labels_alone
        return self.features == "inputs" and self.classifier not in SEMI_SUPERVISED

    @property
    def shared(self) -> str:
        """A key that is the same for cells that differ only in labels, draw and seeds."""
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
    """Return all cells, methods before baselines. Draw d has label draw d, `init_seed` + d and `order_seed` + d.

    Args:
        sources: sources by the name of their stage-one run, which goes in front of the names of methods. "" is a run
            without a name.
        recipes: recipes of the methods, by name.
        baselines: values of the option `baselines`. Baselines on codes are repeated for each source.
        seeds: seeds of draw 0, by name of the method. The key "" has those of the baselines.
        budgets: numbers of labels.
        draws: number of label draws at each budget.
    """
    first = next(iter(sources.values()))
    rows: list[tuple[str, Source, SeedOptions, Recipe | None, str | None]] = []
    for run, source in sources.items():
        rows += [(_title(run, name), source, seeds[name], recipe, None) for name, recipe in recipes.items()]
    for name in baselines:
        used = sources.items() if builds_on_codes(name) else [("", first)]
        rows += [(_title(run, name), source, seeds[""], None, name) for run, source in used]
    return [
        Cell(name, source, labels, draw, _later(start, draw), recipe, baseline)
        for name, source, start, recipe, baseline in rows
        for labels in budgets
        for draw in range(draws)
    ]


def _title(run: str, name: str) -> str:
    return f"{run}: {name}" if run else name


def _later(seeds: SeedOptions, draw: int) -> SeedOptions:
    """Return the seeds of a later draw."""
    return SeedOptions(**{name: getattr(seeds, name) + draw for name in names(SeedOptions)})
