"""Ctrl-C that is never lost, and at a better moment.

A KeyboardInterrupt is raised wherever the program happens to be, and is swallowed there if that is an object's clean-up
or a library's. So that it was asked for is kept, and whatever works long asks again.
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
    """In the block SIGINT and SIGTERM raise KeyboardInterrupt, and `raise_if_asked` does so from then on."""
    before = {number: signal.signal(number, _interrupt) for number in INTERRUPTS}
    try:
        yield
    finally:
        _asked.clear()
        for number, handler in before.items():
            signal.signal(number, handler)


def raise_if_asked() -> None:
    """Raise KeyboardInterrupt if there was one that did not end the program."""
    if _asked.is_set():
        raise KeyboardInterrupt


def _interrupt(*_: Any) -> NoReturn:
    _asked.set()
    raise KeyboardInterrupt


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold SIGINT and SIGTERM back until the block is done, so that what it does is done whole."""
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
