"""The one error that is the user's to mend."""

import re

LONGEST = 1500  # characters of a message
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class InputError(ValueError):
    """Bad input: its message is one sentence that names the file, row, column or option,
    what was expected and what was found. The command line prints it and exits with status 2.

    What it quotes may come from a file of any kind: control characters, line breaks among them, become spaces, and the
    middle of a long message is left out.
    """

    def __init__(self, message: str) -> None:
        said = CONTROL.sub(" ", str(message))
        if len(said) > LONGEST:
            said = f"{said[: LONGEST * 2 // 3]} ... {said[-LONGEST // 3 :]}"
        super().__init__(said)


class PeerError(RuntimeError):
    """Another process of the cluster has ended or cannot be reached: its message is one sentence that names it. The
    command line prints it and exits with status 1."""
