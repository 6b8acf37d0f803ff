"""Options of `compare_codes`: a comparison of the codes of several stage-one runs."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from semisup.errors import InputError
from semisup.settings import checks, sources
from semisup.settings.compare import stage_one_of
from semisup.settings.options import Options
from semisup.settings.pretrain import PretrainSettings
from semisup.settings.tasks import DrawOptions

NOT_TRAINED = ("pca", "kernel_pca", "inputs")  # codes that every comparison includes


@dataclass(frozen=True, kw_only=True)
class CodesOptions(Options):
    """What to compare.

    Args:
        pretrain: stage-one runs to train: a name for each, with its options of pretrain.
        data: source of the data, as in pretrain.
        data_dir: folder with prepared TensorFlow Datasets. Default: TFDS_DATA_DIR, else ~/tensorflow_datasets.
        labels: how many labels the probes learn from: a count, or a fraction of the labelled training rows. The probes
            also learn from all labels. Default: 100.
    """

    title: ClassVar[str] = "Codes"

    pretrain: dict[str, dict[str, Any]] = field(default_factory=dict)
    data: str = "digits"
    data_dir: str | None = None
    labels: int | float | None = None

    def check(self) -> None:
        sources.source_of(self.data)
        if self.labels is not None:
            checks.labels("labels", self.labels)


@dataclass(frozen=True, kw_only=True)
class CompareCodesSettings(CodesOptions, DrawOptions):
    """Train stage-one runs and compare their codes with each other, with PCA, kernel PCA and the inputs themselves.

    Codes are scored by reconstruction error, and by simple classifiers (probes) with all labels and with few.
    """

    def check_together(self) -> None:
        if not self.pretrain:
            raise InputError("pretrain: expected at least one stage-one run to train, found none")
        self.runs()

    def runs(self) -> dict[str, PretrainSettings]:
        """Return the settings of each run of `pretrain`, by name.

        Raises:
            InputError: an option is unknown or has a bad value.
        """
        runs = {}
        for name, options in self.pretrain.items():
            if name in NOT_TRAINED:
                raise InputError(f"pretrain: expected a name other than {', '.join(NOT_TRAINED)}, found {name}")
            runs[name] = stage_one_of("pretrain", name, options or {}, self.data, self.data_dir)
        return runs
