"""Options of `ui`."""

from dataclasses import dataclass
from typing import ClassVar

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import Options


@dataclass(frozen=True, kw_only=True)
class UiSettings(Options):
    """Open the MLflow UI on the store of the runs.

    Args:
        port: port of 127.0.0.1 to listen on.
    """

    title: ClassVar[str] = "Server"

    port: int = 5000

    def check(self) -> None:
        checks.whole(self, "port", least=1)
        if self.port > 65535:
            raise InputError(f"port: expected at most 65535, found {self.port}")
