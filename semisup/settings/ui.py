"""What the UI takes."""

from dataclasses import dataclass

from semisup.errors import InputError
from semisup.settings import checks


@dataclass(frozen=True)
class UiSettings:
    """Open the MLflow UI on the store that the runs are in.

    Args:
        port: port to listen on, on 127.0.0.1 only.
    """

    port: int = 5000

    def __post_init__(self) -> None:
        checks.whole(self, "port", least=1)
        if self.port > 65535:
            raise InputError(f"port: expected at most 65535, found {self.port}")
