"""Guess the separator of a CSV file. (`csv.Sniffer` takes minutes for a few kilobytes of the wrong text.)"""

import csv
from collections import Counter

SEPARATORS = ",;\t|"


def separator(start: str) -> str:
    """Return the separator that divides most of the first lines into the same number of fields, at least two.

    If none does, return a comma.

    Args:
        start: start of the file's text. The last line is ignored if it may have been cut off.
    """
    lines = start.splitlines()
    cut_off = len(lines) > 1 and not start.endswith(("\n", "\r"))
    lines = [line for line in (lines[:-1] if cut_off else lines) if line.strip()]
    return max(SEPARATORS, key=lambda mark: _regular_lines(lines, mark))  # of equal ones, the first


def _regular_lines(lines: list[str], mark: str) -> int:
    """Count the lines that have the most common number of fields; 0 if that number is one."""
    try:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=mark, skipinitialspace=True))
    except csv.Error:
        return 0
    fields, rows = counts.most_common(1)[0] if counts else (1, 0)
    return rows if fields > 1 else 0
