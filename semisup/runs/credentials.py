"""User and password of the tracking server: kept apart from its address, which is shown, logged and sent on.

MLflow takes them from variables of their own, so that no address that it prints, keeps with a run or puts into an error
has them.
"""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

URI, USER, PASSWORD = "MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"
TOKEN = "MLFLOW_TRACKING_TOKEN"  # nosec B105


@dataclass(frozen=True)
class Credentials:
    """As other machines need them; not part of any text that is made of them."""

    known: dict[str, str] = field(repr=False)

    def use(self) -> None:
        os.environ.update(self.known)


def of_environment() -> Credentials:
    """Those that this process has."""
    return Credentials({name: os.environ[name] for name in (USER, PASSWORD, TOKEN) if name in os.environ})


def set_apart() -> None:
    """Move what MLFLOW_TRACKING_URI of a server says before its host to the variables that MLflow has for it."""
    uri = os.environ.get(URI, "")
    server, at, host = urlsplit(uri).netloc.rpartition("@") if uri.startswith(("http://", "https://")) else ("", "", "")
    if at:
        user, _, password = server.partition(":")
        os.environ |= {URI: uri.replace(f"{server}@{host}", host, 1), USER: unquote(user), PASSWORD: unquote(password)}


def hidden(text: str) -> str:
    """A text without the user and password of any address in it: of a database, of an artifact store."""
    return re.sub(r"(?<=://)[^/\s'\"]*@", "", text)
