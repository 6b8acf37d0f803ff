"""Options of `compare`: a comparison of methods on the same label draws."""

import copy
import dataclasses
import re
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from semisup.errors import InputError
from semisup.settings import checks, methods
from semisup.settings.finetune import FinetuneSettings, StageOneOptions
from semisup.settings.options import Options, names
from semisup.settings.pretrain import PretrainSettings, SeedOptions
from semisup.settings.recipe import Recipe
from semisup.settings.tasks import BudgetOptions, DrawOptions

COMPARED = {
    "frozen": {"encoder": "frozen"},
    "finetuned": {"encoder": "finetuned"},
    "scratch": {"encoder": "scratch"},
    "graph": {"method": "graph"},
}
CLASSIFIERS = (
    "logistic_regression",
    "svm",
    "nearest_neighbours",
    "gradient_boosting",
    "self_training",
    "label_spreading",
)
BASELINES = tuple(features + name for features in ("", "pca_", "codes_") for name in CLASSIFIERS)
DEFAULT_BASELINES = ("logistic_regression", "svm", "pca_logistic_regression", "label_spreading")
OF_A_METHOD = ("method", "encoder", *names(*methods.GROUPS, SeedOptions))  # options that `methods` may set


@dataclass(frozen=True, kw_only=True)
class GridOptions(Options):
    """What to compare.

    Args:
        methods: methods to compare: a name for each, with its options of finetune. Default: frozen, finetuned and
            scratch (supervised, with that encoder), and graph.
        defaults: options of finetune for every method that uses them and does not set them itself.
        baselines: scikit-learn classifiers to compare with. They are logistic_regression, svm, nearest_neighbours,
            gradient_boosting (trees, good for tables), self_training and label_spreading. They learn from the inputs.
            With pca_ before the name they learn from PCA's codes, with codes_ from stage one's.
        stage_one: stage-one runs to build every method on: a name for each, with `run: ID`, or with options of pretrain
            to train a run on --data first. Default: the run of --run.
    """

    title: ClassVar[str] = "Grid"

    methods: dict[str, dict[str, Any]] = field(default_factory=lambda: copy.deepcopy(COMPARED))
    defaults: dict[str, Any] = field(default_factory=dict)
    baselines: list[str] = field(default_factory=lambda: list(DEFAULT_BASELINES))
    stage_one: dict[str, dict[str, Any]] | None = None

    def check(self) -> None:
        checks.list_of(self, "baselines", BASELINES)
        if len(set(self.baselines)) < len(self.baselines):
            raise InputError(f"baselines: expected each once, found {self.baselines}")
        for name in (*self.methods, *(self.stage_one or {})):
            if not isinstance(name, str) or not name.strip():
                raise InputError(f"methods, stage_one: expected names that are text, found {name!r}")


@dataclass(frozen=True, kw_only=True)
class VerdictOptions(Options):
    """How to judge the methods.

    Args:
        reference: the method or baseline to compare the others with. Default: at each budget, the best of those that
            see no unlabelled input. These are supervised from scratch, and the baselines on the inputs except
            self_training and label_spreading.
        metric: metric to compare. "balanced_accuracy" is the mean recall of the classes, in which rare classes count as
            much as common ones. "auc" is the area under the receiver operating characteristic curve, which scores the
            ranking of the inputs.
    """

    title: ClassVar[str] = "Verdict"

    reference: str | None = None
    metric: Literal["accuracy", "balanced_accuracy", "auc"] = "accuracy"

    def check(self) -> None:
        checks.one_of(self, "metric")


@dataclass(frozen=True, kw_only=True)
class WorkerOptions(Options):
    """Where to train.

    Args:
        processes: how many processes to train in. Each uses one core and holds its own copy of the data in memory. 1
            trains in this process, with its threads. Default: one per core, or fewer for a small grid.
        cluster: train on the workers of a dask.distributed scheduler at this address (tcp://HOST:8786). They read data
            and runs themselves, so MLFLOW_TRACKING_URI must name a server that they can reach. Default: train on this
            machine.
    """

    title: ClassVar[str] = "Run"

    processes: int | None = None
    cluster: str | None = None

    def check(self) -> None:
        if self.processes is not None:
            checks.whole(self, "processes", least=1)
        if self.cluster is not None and not re.fullmatch(r"\w+://[^\s/]+:\d+", str(self.cluster)):
            raise InputError(f"cluster: expected an address such as tcp://HOST:8786, found {self.cluster!r}")
        if self.cluster is not None and self.processes is not None:
            raise InputError(f"processes: expected none beside cluster, found {self.processes}")


@dataclass(frozen=True, kw_only=True)
class CompareSettings(StageOneOptions, BudgetOptions, DrawOptions, GridOptions, VerdictOptions, WorkerOptions):
    """Compare methods of stage two and scikit-learn baselines on the same label draws, over several budgets.

    Draw d uses label draw d, init_seed + d and order_seed + d, so finetune can train any cell of the grid again.
    """

    def check_together(self) -> None:
        self.cells()
        if self.stage_one is not None:
            self._check_stage_one()
        known = self.rows()
        if not known:
            raise InputError("methods: expected at least one method or baseline, found none")
        if self.reference is not None and self.reference not in known:
            raise InputError(f"reference: expected one of {', '.join(known)}, found {self.reference!r}")

    def cells(self) -> dict[str, FinetuneSettings]:
        """Return the settings of finetune for each method, by name. Each cell sets its own labels and draw.

        Raises:
            InputError: an option is unknown or has a bad value.
        """
        for option in self.defaults:
            if option not in OF_A_METHOD or option in ("method", "encoder"):
                raise InputError(f"defaults: {option}: unknown option, or none that methods can share")
        cells, taken = {}, set(names(SeedOptions))  # the baselines take the seeds
        for name, options in self.methods.items():
            if name in BASELINES:
                raise InputError(f"methods: expected a name that is no baseline's, found {name}")
            options = options or {}
            for option in options:
                if option not in OF_A_METHOD:
                    raise InputError(f"methods: {name}: {option}: unknown option, or none for a method of a grid")
            read = names(*methods.used_by(options.get("method", "supervised"), options.get("encoder")), SeedOptions)
            shared = {option: value for option, value in self.defaults.items() if option in read}
            taken |= shared.keys()
            try:
                cells[name] = FinetuneSettings(**(shared | options))
            except InputError as error:
                option = str(error).partition(":")[0]
                where = "defaults" if option in shared and option not in options else f"methods: {name}"
                raise InputError(f"{where}: {error}") from None
        for option, value in self.defaults.items():
            if option not in taken:
                raise InputError(
                    f"defaults: {option}: expected an option that one of the methods uses, found {value!r}"
                )
        return cells

    @property
    def recipes(self) -> dict[str, Recipe]:
        """The recipe of each method, by name."""
        return {name: cell.recipe for name, cell in self.cells().items()}

    @property
    def seeds(self) -> dict[str, SeedOptions]:
        """The seeds of draw 0 for each method, by name. The key "" has those of the baselines."""
        own = {name: SeedOptions(init_seed=c.init_seed, order_seed=c.order_seed) for name, c in self.cells().items()}
        return own | {"": SeedOptions(**{name: self.defaults.get(name, 0) for name in names(SeedOptions)})}

    def rows(self) -> list[str]:
        """Return the names of all methods and baselines.

        With `stage_one`, the name of each method, and of each baseline on codes, starts with "RUN: " for each run.
        """
        if self.stage_one is None:
            return [*self.methods, *self.baselines]
        titles = [f"{run}: {name}" for run in self.stage_one for name in self.methods]
        for name in self.baselines:
            titles += [f"{run}: {name}" for run in self.stage_one] if builds_on_codes(name) else [name]
        return titles

    def _check_stage_one(self) -> None:
        if not self.stage_one:
            raise InputError("stage_one: expected at least one stage-one run, found none")
        if self.run is not None:
            raise InputError(f"run: expected none beside stage_one, which names the runs, found {self.run}")
        for cell in self.cells().values():
            if cell.graph_runs:
                raise InputError(
                    f"graph_runs: expected none beside stage_one, whose runs are compared, found {cell.graph_runs}"
                )
        for name, options in self.stage_one.items():
            if "run" not in options:
                stage_one_of("stage_one", name, options, self.data, self.data_dir)
            elif len(options) > 1 or not isinstance(options["run"], str):
                raise InputError(f"stage_one: {name}: expected the id of a run alone, or none, found {options}")

    def to_train(self) -> dict[str, PretrainSettings]:
        """Return the settings of each run of `stage_one` that has to be trained first, by name."""
        return {
            name: stage_one_of("stage_one", name, options, self.data, self.data_dir)
            for name, options in (self.stage_one or {}).items()
            if "run" not in options
        }


def stage_one_of(
    mapping: str, name: str, options: dict[str, Any], data: str | None, data_dir: str | None
) -> PretrainSettings:
    """Return the settings of a stage-one run that a configuration describes.

    Args:
        mapping: option that holds the description, for error messages.
        name: name of the run in it.
        options: options of pretrain for the run.
        data: source of the data; None stands for the digits.
        data_dir: folder with prepared TensorFlow Datasets.

    Raises:
        InputError: an option is unknown or has a bad value.
    """
    known = {f.name for f in dataclasses.fields(PretrainSettings)} - {"data", "data_dir", "train", "run", "resume"}
    for option in options:
        if option not in known:
            raise InputError(f"{mapping}: {name}: {option}: unknown option, or none for a run of a grid")
    try:
        settings = PretrainSettings(data=data or "digits", data_dir=data_dir, **options)
        if settings.conditional:
            raise InputError("conditional: expected false, or the code has seen labels")
    except InputError as error:
        raise InputError(f"{mapping}: {name}: {error}") from None
    return settings


def builds_on_codes(baseline: str) -> bool:
    """Return whether a baseline learns from the codes of a stage-one run."""
    return baseline.startswith("codes_")
