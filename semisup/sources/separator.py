"""What separates the fields of a CSV file. (`csv.Sniffer` takes minutes for a few kilobytes of the wrong text.)"""

import csv
from collections import Counter

SEPARATORS = ",;\t"


def separator(start: str) -> str:
    """The one that divides most of the first lines into one number of fields, at least two; a comma where none does.

    Args:
        start: of the file's text; a line that may have been cut off is not looked at.
    """
    lines = start.splitlines()
    cut = len(lines) > 1 and not start.endswith(("\n", "\r"))
    lines = [line for line in (lines[:-1] if cut else lines) if line.strip()]
    return max(SEPARATORS, key=lambda mark: _agreeing(lines, mark))  # the first of equals


def _agreeing(lines: list[str], mark: str) -> int:
    """Rows with the most common number of fields; 0 where that is one."""
    try:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=mark, skipinitialspace=True))
    except csv.Error:
        return 0
    fields, rows = counts.most_common(1)[0] if counts else (1, 0)
    return rows if fields > 1 else 0
