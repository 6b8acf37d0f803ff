"""User and password of the tracking server, kept apart from its address.

The address is shown, logged and sent to other machines. MLflow reads user and password from variables of their own, so
no address that it prints, stores with a run or puts into an error contains them.
"""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

URI, USER, PASSWORD = "MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"
TOKEN = "MLFLOW_TRACKING_TOKEN"  # nosec B105


@dataclass(frozen=True)
class Credentials:
    """User, password and token of the tracking server, for other machines. `repr` does not show them.

    Attributes:
        known: values by the name of their environment variable, those that are set.
    """

    known: dict[str, str] = field(repr=False)

    def use(self) -> None:
        """Set the environment variables of this process."""
        os.environ.update(self.known)


def of_environment() -> Credentials:
    """Return the credentials in the environment variables of this process."""
    return Credentials({name: os.environ[name] for name in (USER, PASSWORD, TOKEN) if name in os.environ})


def set_apart() -> None:
    """Move user and password from the address in MLFLOW_TRACKING_URI to the variables that MLflow reads them from.

    Only the address of a server (http, https) is changed.
    """
    uri = os.environ.get(URI, "")
    login, at, host = urlsplit(uri).netloc.rpartition("@") if uri.startswith(("http://", "https://")) else ("", "", "")
    if at:
        user, _, password = login.partition(":")
        os.environ |= {URI: uri.replace(f"{login}@{host}", host, 1), USER: unquote(user), PASSWORD: unquote(password)}


def hidden(text: str) -> str:
    """Return a text without the user and password of any address in it (of a server, a database, an artifact store)."""
    return re.sub(r"(?<=://)[^/\s'\"]*@", "", text)
