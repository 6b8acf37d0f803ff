"""Errors that the command line prints as one sentence, without a traceback."""

import re

LONGEST = 1500  # characters of a message, before its middle is left out
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class InputError(ValueError):
    """Bad input, which the user can mend.

    The message is one sentence. It names the file, row, column or option, what was expected and what was found. The
    command line prints it and exits with status 2.

    The message may quote any file. So control characters and line breaks become spaces, and the middle of a long
    message is left out.
    """

    def __init__(self, message: str) -> None:
        text = CONTROL.sub(" ", str(message))
        if len(text) > LONGEST:
            text = f"{text[: LONGEST * 2 // 3]} ... {text[-LONGEST // 3 :]}"
        super().__init__(text)


class PeerError(RuntimeError):
    """Another process of the cluster has ended or cannot be reached.

    The message is one sentence that names the process. The command line prints it and exits with status 1.
    """
