"""Write values so that they can be pasted into a shell."""

import json
import shlex

READ_OTHERWISE = ("null", "~")  # what a list option takes for no value


def items(*values: str) -> str:
    """Return the values of an option that takes a list, as they are typed behind it.

    A value that would not be read as one text when typed alone gets brackets and quotes around it, as in YAML.
    """
    plain = all(value and "," not in value and value[0] not in "[-" and value not in READ_OTHERWISE for value in values)
    return shlex.join(values) if plain else shlex.quote(json.dumps(values, ensure_ascii=False))
