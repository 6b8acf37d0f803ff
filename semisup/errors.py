"""The one error that is the user's to mend."""


class InputError(ValueError):
    """Bad input: its message is one sentence that names the file, row, column or option,
    what was expected and what was found. The command line prints it and exits with status 2."""


class PeerError(RuntimeError):
    """Another process of the cluster has ended or cannot be reached: its message is one sentence that names it. The
    command line prints it and exits with status 1."""
