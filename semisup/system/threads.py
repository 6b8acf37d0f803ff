"""How many threads libraries compute an operation in: the last bits of a sum depend on how many share it."""

import os
import sys

from semisup.errors import InputError

TENSORFLOW = "TF_NUM_INTRAOP_THREADS"
VARIABLES = (TENSORFLOW, "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # read at import


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_force() -> int:
    """What TensorFlow computes in."""
    return int(os.environ.get(TENSORFLOW) or 0) or cores()


def pin(threads: int | None) -> None:
    """Have TensorFlow, which is imported later, and all other libraries compute in so many threads; None leaves them as
    they are."""
    if threads is not None:
        from threadpoolctl import threadpool_limits

        os.environ.update(dict.fromkeys(VARIABLES, str(threads)))
        threadpool_limits(threads)


def settle(threads: int | None) -> int:
    """Have all libraries compute in so many threads, where that can still be chosen; None leaves them as they are.

    Returns:
        The number that is in force, for the record.

    Raises:
        InputError: TensorFlow is at work already, in another number of threads.
    """
    if threads is not None and "tensorflow" not in sys.modules:
        pin(threads)
    elif threads not in (None, in_force()):
        raise InputError(
            f"threads: expected {in_force()}, which TensorFlow computes in since it was imported here, found "
            f"{threads}; the command line takes any, a Python process semisup.system.threads.pin beforehand"
        )
    return in_force()
