"""Options of `reproduce`."""

from dataclasses import dataclass
from typing import ClassVar

from semisup.settings import checks
from semisup.settings.options import Options


@dataclass(frozen=True, kw_only=True)
class ReproduceSettings(Options):
    """Do a finished run again from its own record, as a new run, and say what differs.

    Args:
        run: id of a run of pretrain or finetune. Default: the latest finished stage-one run.
    """

    title: ClassVar[str] = "Run"

    run: str | None = None

    def check(self) -> None:
        checks.run_id(self)
