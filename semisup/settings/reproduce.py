"""What a reproduction takes."""

from dataclasses import dataclass

from semisup.settings import checks


@dataclass(frozen=True)
class ReproduceSettings:
    """Do a finished run again from its own record, as a new run, and say what differs.

    Args:
        run: id of a run of pretrain or finetune; default: the latest finished stage-one run.
    """

    run: str | None = None

    def __post_init__(self) -> None:
        checks.run_id(self)
