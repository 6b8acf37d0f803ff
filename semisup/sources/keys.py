"""Know the arrays of a dataset by the names that people give them."""

import re
from collections.abc import Iterable

from semisup.errors import InputError

INPUTS = ("x", "data", "images", "features", "inputs", "arr0")
LABELS = ("y", "labels", "label", "targets", "target", "classes", "arr1")
PARTS = {  # of the training rows and of the test rows: what may stand before or after such a name
    "": ("", "train", "training"),
    "_test": ("test", "testing"),
}


def _spellings(names: tuple[str, ...], parts: tuple[str, ...]) -> set[str]:
    return {"".join(pair) for name in names for part in parts for pair in ((name, part), (part, name))}


KNOWN = {
    key + suffix: _spellings(names, parts)
    for suffix, parts in PARTS.items()
    for key, names in (("x", INPUTS), ("y", LABELS))
}


def named(source: str, names: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Find out which array is which: `X_train` and `train_images` are `x`, and `test_labels` is `y_test`.

    Args:
        source: the file or folder, for sentences.
        names: names of the arrays in it.

    Returns:
        The name in the source of each of x, y, x_test and y_test that is there, and a sentence if names differ.

    Raises:
        InputError: a name is unknown, two arrays are the same, x is missing, or one of x_test and y_test is.
    """
    found: dict[str, str] = {}
    for name in names:
        key = _key(name)
        if key is None:
            raise InputError(
                f"{source}: unknown array {name!r}, expected x, y, x_test, y_test, or such as X_train, images, labels"
            )
        if key in found:
            raise InputError(f"{source}: expected one array {key}, found {found[key]!r} and {name!r}")
        found[key] = name
    if "x" not in found:
        raise InputError(f"{source}: array 'x' is missing, found {', '.join(found.values()) or 'none'}")
    if ("x_test" in found) != ("y_test" in found):
        raise InputError(
            f"{source}: expected both x_test and y_test or neither, found {', '.join(sorted(found.values()))}"
        )
    others = [f"{name!r} as {key}" for key, name in found.items() if name != key]
    return found, (f"{source}: array {', '.join(others)}",) if others else ()


def inputs(source: str, names: list[str]) -> str:
    """Return the name of the one array of inputs. Raises InputError if there is none."""
    found = next((name for name in names if _key(name) == "x"), None)
    if found is None:
        raise InputError(f"{source}: array 'x' is missing, found {', '.join(names) or 'none'}")
    return found


def _key(name: str) -> str | None:
    """Return what an array is; None if its name is unknown."""
    plain = re.sub(r"[-_ ]", "", name.lower())
    return next((key for key, spellings in KNOWN.items() if plain in spellings), None)
