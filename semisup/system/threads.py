"""Set how many threads libraries use for one operation. The last bits of a sum depend on this number."""

import os
import sys

from semisup.errors import InputError

TENSORFLOW = "TF_NUM_INTRAOP_THREADS"
VARIABLES = (TENSORFLOW, "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # read at import


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_force() -> int:
    """Return the number of threads that TensorFlow uses for one operation."""
    return int(os.environ.get(TENSORFLOW) or 0) or cores()


def pin(threads: int | None) -> None:
    """Set the number of threads of all libraries, and of TensorFlow, which must be imported later.

    None leaves them as they are.
    """
    if threads is not None:
        from threadpoolctl import threadpool_limits

        os.environ.update(dict.fromkeys(VARIABLES, str(threads)))
        threadpool_limits(threads)


def settle(threads: int | None) -> int:
    """Set the number of threads of all libraries if TensorFlow is not imported yet. None leaves them as they are.

    Returns:
        The number of threads that TensorFlow uses.

    Raises:
        InputError: TensorFlow has been imported already and uses another number.
    """
    if threads is not None and "tensorflow" not in sys.modules:
        pin(threads)
    elif threads not in (None, in_force()):
        raise InputError(
            f"threads: expected {in_force()}, which TensorFlow computes in since its import in this process, found "
            f"{threads}; to use another one, call semisup.system.threads.pin before TensorFlow is imported"
        )
    return in_force()
