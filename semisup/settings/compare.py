"""What a comparison takes."""

import copy
import dataclasses
import re
from dataclasses import dataclass, field
from typing import Any, Literal

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.finetune import FinetuneSettings, StageTwoSettings
from semisup.settings.options import OF_NO_CELL, SOME_METHODS_OPTIONS, used_options
from semisup.settings.pretrain import PretrainSettings

METHODS = {
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
NOT_TRAINED = ("pca", "kernel_pca", "inputs")  # the codes that a comparison of stage-one runs adds


@dataclass(frozen=True)
class CompareSettings(StageTwoSettings):
    """Methods of stage two and scikit-learn baselines on the same label draws, over several budgets.

    Cell seeds: draw d uses label draw d, init_seed + d and order_seed + d, so any cell can be rerun by finetune.

    Args:
        budgets: numbers of labels to compare at: counts, or fractions of the labelled training rows; default: 1, 5,
            10 and 20 a class, as far as the training rows go.
        draws: how many label draws at each budget (seeds 0, 1, ...).
        methods: methods to compare, by name, each with its options of finetune; what is not given there is as here;
            default: the supervised one with the encoder frozen, finetuned and from scratch, and the graph.
        baselines: scikit-learn's: logistic_regression, svm, nearest_neighbours, gradient_boosting (of trees, made for
            tables), self_training and label_spreading, on the inputs, or behind pca_ or codes_ on PCA's or stage one's
            codes.
        stage_one: stage-one runs to build every method on, by name, each with `run: ID` or with the options of pretrain
            for one to train on `data` first; default: `run`.
        reference: the method or baseline that the others are compared with; default: at each budget the best of those
            that see no unlabelled input (from scratch; on the inputs all but self_training and label_spreading).
        metric: what the verdict is about; "auc", the area under the receiver operating characteristic, where ranking is
            what counts, "balanced_accuracy", the mean recall, where rare classes count as much as common ones.
        processes: how many processes to train cells in, each on one core and with its own copy of the data in memory;
            1 trains in this process, with its threads; default: one a core, where that pays off.
        cluster: address of a dask.distributed scheduler (tcp://HOST:8786) whose workers train the cells instead; they
            are told where data and runs are, so MLFLOW_TRACKING_URI must name a server that they can reach.
        pretrain: stage-one runs to train on `data` and compare with each other instead, by name, each with its
            options of pretrain; scored by reconstruction error and by probes with all labels and with one budget,
            100 by default.
    """

    budgets: list[int | float] | None = None
    draws: int = 10
    methods: dict[str, dict[str, Any]] = field(default_factory=lambda: copy.deepcopy(METHODS))
    baselines: list[str] = field(default_factory=lambda: list(DEFAULT_BASELINES))
    stage_one: dict[str, dict[str, Any]] | None = None
    reference: str | None = None
    metric: Literal["accuracy", "balanced_accuracy", "auc"] = "accuracy"
    processes: int | None = None
    cluster: str | None = None
    pretrain: dict[str, dict[str, Any]] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.budgets == []:
            raise InputError("budgets: expected at least one number of labels, found an empty list")
        for budget in self.budgets or []:
            checks.labels("budgets", budget)
        checks.whole(self, "draws", least=2)
        if self.processes is not None:
            checks.whole(self, "processes", least=1)
        if self.cluster is not None and not re.fullmatch(r"\w+://[^\s/]+:\d+", str(self.cluster)):
            raise InputError(f"cluster: expected an address such as tcp://HOST:8786, found {self.cluster!r}")
        if self.cluster is not None and self.processes is not None:
            raise InputError(f"processes: expected none beside cluster, found {self.processes}")
        checks.list_of(self, "baselines", BASELINES)
        if len(set(self.baselines)) < len(self.baselines):
            raise InputError(f"baselines: expected each once, found {self.baselines}")
        checks.one_of(self, "metric")
        self.cells()
        if self.stage_one is not None:
            self._check_stage_one()
        names = self.names()
        if not names:
            raise InputError("methods: expected at least one method or baseline, found none")
        for name in (*self.methods, *(self.stage_one or {})):
            if not isinstance(name, str) or not name.strip():
                raise InputError(f"methods, stage_one: expected names that are text, found {name!r}")
        if self.reference is not None and self.reference not in names:
            raise InputError(f"reference: expected one of {', '.join(names)}, found {self.reference!r}")
        if self.pretrain is not None:
            self._check_pretrain()

    def cells(self) -> dict[str, FinetuneSettings]:
        """What `methods` names, as settings of finetune; labels and draw are those of each cell.

        Raises:
            InputError: an option is unknown or has a bad value.
        """
        shared = {option.name: getattr(self, option.name) for option in dataclasses.fields(StageTwoSettings)}
        known = {f.name for f in dataclasses.fields(FinetuneSettings)} - OF_NO_CELL
        cells = {}
        for name, options in self.methods.items():
            if name in BASELINES:
                raise InputError(f"methods: expected a name that is no baseline's, found {name}")
            for option in options or {}:
                if option not in known:
                    raise InputError(f"methods: {name}: {option}: unknown option, or none for a method of a grid")
            options = options or {}
            unused = SOME_METHODS_OPTIONS - set(
                used_options(options.get("method", "supervised"), options.get("encoder"))
            )
            given = {option: value for option, value in shared.items() if option not in unused}
            try:
                cells[name] = FinetuneSettings(**(given | options))
            except InputError as error:
                raise InputError(f"methods: {name}: {error}") from None
        return cells

    def names(self) -> list[str]:
        """Of all methods and baselines; behind "NAME: " where there are several stage-one runs, for what builds on
        them."""
        if self.stage_one is None:
            return [*self.methods, *self.baselines]
        names = [f"{one}: {name}" for one in self.stage_one for name in self.methods]
        for name in self.baselines:
            names += [f"{one}: {name}" for one in self.stage_one] if builds_on_codes(name) else [name]
        return names

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
                self._pretrain_settings("stage_one", name, options)
            elif len(options) > 1 or not isinstance(options["run"], str):
                raise InputError(f"stage_one: {name}: expected the id of a run alone, or none, found {options}")

    def to_train(self) -> dict[str, PretrainSettings]:
        """What `stage_one` names without a run, as settings."""
        return {
            name: self._pretrain_settings("stage_one", name, options)
            for name, options in (self.stage_one or {}).items()
            if "run" not in options
        }

    def _check_pretrain(self) -> None:
        if not self.pretrain:
            raise InputError("pretrain: expected at least one stage-one run to train, found none")
        for option in dataclasses.fields(StageTwoSettings):
            default = option.default if option.default_factory is dataclasses.MISSING else option.default_factory()
            value = getattr(self, option.name)
            if option.name not in ("data", "data_dir") and value != default:
                raise InputError(
                    f"{option.name}: expected none beside pretrain, whose runs have their own options, found {value!r}"
                )
        if self.budgets is not None and len(self.budgets) != 1:
            raise InputError(f"budgets: expected one beside pretrain, found {self.budgets}")
        self.stage_one_runs()

    def stage_one_runs(self) -> dict[str, PretrainSettings]:
        """What `pretrain` names, as settings.

        Raises:
            InputError: an option is unknown or has a bad value.
        """
        runs = {}
        for name, options in (self.pretrain or {}).items():
            if name in NOT_TRAINED:
                raise InputError(f"pretrain: expected a name other than {', '.join(NOT_TRAINED)}, found {name}")
            runs[name] = self._pretrain_settings("pretrain", name, options)
        return runs

    def _pretrain_settings(self, mapping: str, name: str, options: dict[str, Any]) -> PretrainSettings:
        known = {f.name for f in dataclasses.fields(PretrainSettings)} - {"data", "data_dir", "train", "run"}
        for option in options:
            if option not in known:
                raise InputError(f"{mapping}: {name}: {option}: unknown option, or none for a run of a grid")
        try:
            settings = PretrainSettings(data=self.data or "digits", data_dir=self.data_dir, **options)
            if settings.conditional:
                raise InputError("conditional: expected false, or the code has seen labels")
        except InputError as error:
            raise InputError(f"{mapping}: {name}: {error}") from None
        return settings


def builds_on_codes(baseline: str) -> bool:
    """Whether a baseline is given the codes of a stage-one run."""
    return baseline.startswith("codes_")
