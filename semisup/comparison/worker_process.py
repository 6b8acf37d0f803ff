"""A process that trains cells. They come through a pipe, until the pipe is closed.

    python -m semisup.comparison.worker_process FD

`FD` is the number of the inherited file descriptor of the pipe's end.
"""

import signal
import sys
from multiprocessing.connection import Connection

from semisup.system import tensorflow_import, threads


def serve(pipe: Connection) -> None:
    """Train each cell and send back its scores, or a sentence that says why it failed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    threads.pin(1)
    tensorflow_import.import_tensorflow()
    from semisup.comparison.scorer import Scorer
    from semisup.comparison.workers import attempt

    scorer = Scorer()
    while True:
        try:
            cell = pipe.recv()
        except EOFError:
            return
        pipe.send(attempt(scorer, cell))


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
