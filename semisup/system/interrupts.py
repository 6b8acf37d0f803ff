"""Handle Ctrl-C so that it is never lost and leaves nothing half written.

A KeyboardInterrupt is raised wherever the program happens to be. Clean-up code of an object or a library may
swallow it there. So each request is remembered, and long loops check for it with `raise_if_asked`.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

INTERRUPTS = (signal.SIGINT, signal.SIGTERM)

_asked = threading.Event()


@contextmanager
def listening() -> Iterator[None]:
    """Let SIGINT and SIGTERM raise KeyboardInterrupt in the block, and `raise_if_asked` raise it again after that."""
    before = {number: signal.signal(number, _interrupt) for number in INTERRUPTS}
    try:
        yield
    finally:
        _asked.clear()
        for number, handler in before.items():
            signal.signal(number, handler)


def raise_if_asked() -> None:
    """Raise KeyboardInterrupt again if an earlier one did not end the `listening` block."""
    if _asked.is_set():
        raise KeyboardInterrupt


def _interrupt(*_: Any) -> NoReturn:
    _asked.set()
    raise KeyboardInterrupt


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold SIGINT and SIGTERM back until the block is done. Outside the main thread this does nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held = []
    before = {number: signal.signal(number, lambda number, _: held.append(number)) for number in INTERRUPTS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if held:
        signal.raise_signal(held[0])
