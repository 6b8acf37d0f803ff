"""The text of `--help`: what an option does, and its default."""

from argparse import SUPPRESS, Action
from typing import Any

from jsonargparse import DefaultHelpFormatter


class HelpFormatter(DefaultHelpFormatter):
    """Leaves out the type annotations of jsonargparse, and the second flag (`--NAME+`) that it gives to lists."""

    def _get_help_string(self, action: Action) -> str:
        text = (action.help or "").rstrip()
        default = _in_words(action.default)
        return f"{text} Default: {default}." if default and "efault:" not in text else text

    def _format_action_invocation(self, action: Action) -> str:
        names, action.option_strings = action.option_strings, [n for n in action.option_strings if n[-1:] != "+"]
        try:
            return super()._format_action_invocation(action)
        finally:
            action.option_strings = names


def _in_words(default: Any) -> str:
    """Return a default as a user would type it. Return "" if there is no default worth showing."""
    if default is SUPPRESS or default is None or default in ("", []) or isinstance(default, dict):
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, list):
        return " ".join(map(str, default))
    return str(default).replace("%", "%%")
