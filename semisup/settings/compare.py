"""What a comparison takes."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.finetune import FinetuneSettings, StageTwoSettings
from semisup.settings.pretrain import PretrainSettings

MODES = ("frozen", "finetuned", "scratch")
CLASSIFIERS = ("logistic_regression", "svm", "nearest_neighbours", "self_training", "label_spreading")
BASELINES = tuple(features + name for features in ("", "pca_", "codes_") for name in CLASSIFIERS)
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
            default: the supervised one with the encoder frozen, finetuned and from scratch.
        baselines: scikit-learn's: logistic_regression, svm, nearest_neighbours, self_training and label_spreading, on
            the inputs, or behind pca_ or codes_ on PCA's or stage one's codes.
        pretrain: stage-one runs to train on `data` and compare with each other instead, by name, each with its
            options of pretrain; scored by reconstruction error and by probes with all labels and with one budget,
            100 by default.
    """

    budgets: list[int | float] | None = None
    draws: int = 5
    methods: dict[str, dict[str, Any]] = field(default_factory=lambda: {mode: {"encoder": mode} for mode in MODES})
    baselines: list[str] = field(default_factory=lambda: ["logistic_regression", "pca_logistic_regression"])
    pretrain: dict[str, dict[str, Any]] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.budgets == []:
            raise InputError("budgets: expected at least one number of labels, found an empty list")
        for budget in self.budgets or []:
            checks.labels("budgets", budget)
        checks.whole(self, "draws", least=2)
        checks.list_of(self, "baselines", BASELINES)
        self.cells()
        if self.pretrain is not None:
            self._check_pretrain()

    def cells(self) -> dict[str, FinetuneSettings]:
        """What `methods` names, as settings of finetune; labels and draw are those of each cell.

        Raises:
            InputError: an option is unknown or has a bad value.
        """
        shared = {option.name: getattr(self, option.name) for option in dataclasses.fields(StageTwoSettings)}
        known = {f.name for f in dataclasses.fields(FinetuneSettings)} - {"run", "data", "data_dir", "labels", "draw"}
        cells = {}
        for name, options in self.methods.items():
            if name in BASELINES:
                raise InputError(f"methods: expected a name that is no baseline's, found {name}")
            for option in options or {}:
                if option not in known:
                    raise InputError(f"methods: {name}: {option}: unknown option, or none for a method of a grid")
            try:
                cells[name] = FinetuneSettings(**(shared | (options or {})))
            except InputError as error:
                raise InputError(f"methods: {name}: {error}") from None
        return cells

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
        known = {f.name for f in dataclasses.fields(PretrainSettings)} - {"data", "data_dir", "train", "run"}
        runs = {}
        for name, options in (self.pretrain or {}).items():
            if name in NOT_TRAINED:
                raise InputError(f"pretrain: expected a name other than {', '.join(NOT_TRAINED)}, found {name}")
            for option in options:
                if option not in known:
                    raise InputError(f"pretrain: {name}: {option}: unknown option, or none for a run of a grid")
            try:
                runs[name] = PretrainSettings(data=self.data or "digits", data_dir=self.data_dir, **options)
                if runs[name].conditional:
                    raise InputError(
                        "conditional: expected false, or the probes would meet labels that the code has seen"
                    )
            except InputError as error:
                raise InputError(f"pretrain: {name}: {error}") from None
        return runs
