"""Print commands that can be pasted into a shell."""

from semisup.system.progress import printer


def following(*commands: str) -> None:
    """Print the next commands. They run as they are."""
    printed("next:" + _lines(commands))


def with_file(*commands: str) -> None:
    """Print commands in which the user has to replace FILE."""
    printed("with the name of your file of new inputs for FILE:" + _lines(commands))


def printed(text: str) -> None:
    """Print text as it is, on lines that are not broken."""
    printer.print(text, soft_wrap=True, markup=False, emoji=False)


def _lines(commands: tuple[str, ...]) -> str:
    return "".join(f"\n  python -m semisup {command}" for command in commands)
