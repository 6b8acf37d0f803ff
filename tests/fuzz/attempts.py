"""One attempt to read what a stranger has made: refused in a sentence or read right, at once, in little memory, and
without a trace of it elsewhere."""

import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from semisup.errors import InputError

MOST_SECONDS, MOST_WAITING = 5.0, 60.0
MOST_BYTES = 2**30
FORBIDDEN = (  # what no reader may do (events of sys.audit)
    "pickle.find_class",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "socket.connect",
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_watched: list[str] | None = None  # what was done that may not be, during an attempt


class Hang(BaseException):
    """Not an Exception: a reader that answers any with a refusal has hung all the same."""


def _audit(event: str, arguments: tuple) -> None:
    if _watched is None:
        return
    if event in FORBIDDEN:
        _watched.append(f"{event} {arguments!r:.200}")
    elif event == "open" and isinstance(arguments[0], str) and arguments[2] & WRITING and not _allowed(arguments[0]):
        _watched.append(f"writes {arguments[0]}")


sys.addaudithook(_audit)


def _allowed(path: str) -> bool:
    return path.startswith((tempfile.gettempdir(), str(Path.cwd()), os.devnull, "/proc/self/"))


@contextmanager
def watched():
    global _watched
    _watched = done = []
    try:
        yield done
    finally:
        _watched = None


@contextmanager
def limited():
    """No more than `MOST_SECONDS` of this process's work, whatever else the machine does; no wait
    of `MOST_WAITING` seconds; and no more memory at any moment than `MOST_BYTES` above what there was."""

    def hang(*_):
        raise Hang(f"over {MOST_SECONDS} s of work, or {MOST_WAITING} s in all")

    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
    before, start = memory()["VmRSS"], time.process_time()
    timers = [
        (signal.SIGPROF, signal.ITIMER_PROF, MOST_SECONDS),
        (signal.SIGALRM, signal.ITIMER_REAL, MOST_WAITING),
    ]
    old = [signal.signal(sent, hang) for sent, _, _ in timers]
    for _, timer, most in timers:
        signal.setitimer(timer, most)
    try:
        yield
    finally:
        for (sent, timer, _), handler in zip(timers, old, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(sent, handler)
    seconds, grown = time.process_time() - start, memory()["VmHWM"] - before
    assert seconds <= MOST_SECONDS, f"took {seconds:.1f} s"
    assert grown <= MOST_BYTES, f"took {grown / 2**20:.0f} MiB"


def memory() -> dict[str, int]:
    """Bytes in memory now (VmRSS), and the most there were (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return {
        name: int(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in lines) if "kB" in rest
    }


class Tally:
    """What became of the inputs of one reader."""

    def __init__(self, reader: str) -> None:
        self.reader, self.outcomes, self.seconds = reader, Counter(), 0.0

    def attempt(self, read: Callable[[], object], right: Callable[[object], None] = lambda found: None) -> None:
        """Read once; `right` asserts that what was read is right."""
        start, (found, outcome) = time.monotonic(), (None, "right")
        with watched() as done, limited():
            try:
                found = read()
            except InputError as error:
                message, outcome = str(error), "refused"
                assert message, "a refusal without a word"
                assert len(message.splitlines()) == 1, f"a refusal of several lines: {message!r}"
        assert not done, done
        if outcome == "right":
            right(found)
        self.outcomes[outcome] += 1
        self.seconds += time.monotonic() - start

    @property
    def total(self) -> int:
        return sum(self.outcomes.values())


def fuzz(strategy: st.SearchStrategy, count: int, one: Callable[[object], None]) -> None:
    """Call with `count` inputs, the same ones each time."""
    settings = hypothesis.settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
    )
    settings(hypothesis.given(strategy)(lambda made: one(made)))()


def counts(fast: int, slow: int):
    """How many inputs a reader is tried with, in the fast suite and in the slow one."""
    return pytest.mark.parametrize("count", [fast, pytest.param(slow, marks=pytest.mark.slow)])
