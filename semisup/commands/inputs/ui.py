"""Check what `ui` needs."""

import socket

from semisup.errors import InputError
from semisup.runs import store
from semisup.settings import UiSettings


def load(settings: UiSettings) -> None:
    """Open the store. If the store is a server, do nothing: it has a UI of its own.

    Raises:
        InputError: the store cannot be opened, or the port is in use.
    """
    if store.is_server():
        return
    store.open_store()
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", settings.port)) == 0:
            raise InputError(f"port: expected a free one, found {settings.port} in use")
