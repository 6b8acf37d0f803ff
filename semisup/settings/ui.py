"""What the UI takes."""

from dataclasses import dataclass
from typing import ClassVar

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import Options


@dataclass(frozen=True, kw_only=True)
class UiSettings(Options):
    """Open the MLflow UI on the store that the runs are in.

    Args:
        port: port to listen on, on 127.0.0.1 only.
    """

    title: ClassVar[str] = "Server"

    port: int = 5000

    def check(self) -> None:
        checks.whole(self, "port", least=1)
        if self.port > 65535:
            raise InputError(f"port: expected at most 65535, found {self.port}")
