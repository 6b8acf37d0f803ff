"""Valid files, damaged: bytes flipped, cut, doubled, zeroed, spliced with others or with noise."""

from hypothesis import strategies as st

KINDS = ("flip", "cut", "double", "zero", "splice", "noise", "number", "end")
NUMBERS = [number.to_bytes(8, "little") for number in (0, 1, 2**15, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1)]
NUMBERS += [number.to_bytes(4, "big") for number in (2**16, 2**31 - 1, 2**32 - 1)]

EDIT = 10  # bytes: which, where (three, as a share of the length), how long, and noise
tapes = st.binary(min_size=EDIT, max_size=6 * EDIT)  # one draw instead of many, which take milliseconds


def damaged(samples: list[bytes]) -> st.SearchStrategy[bytes]:
    """One of the samples with one to six edits; now and then noise alone, or the sample itself."""
    edited = st.builds(_edited, st.sampled_from(samples), tapes, st.just(samples))
    return st.one_of(edited, edited, edited, edited, edited, edited, st.binary(max_size=400), st.sampled_from(samples))


def _edited(content: bytes, tape: bytes, samples: list[bytes]) -> bytes:
    made = bytearray(content)
    for first in range(0, len(tape) - EDIT + 1, EDIT):
        kind, size, noise = KINDS[tape[first] % len(KINDS)], tape[first + 4], tape[first + 5 : first + EDIT]
        where = int.from_bytes(tape[first + 1 : first + 4])
        at = where * len(made) >> 24
        if kind == "flip" and made:
            made[min(at, len(made) - 1)] ^= 1 << size % 8
        elif kind == "cut":
            del made[at : at + size]
        elif kind == "double":
            made[at:at] = made[at : at + size]
        elif kind == "zero":
            made[at : at + size] = bytes(len(made[at : at + size]))
        elif kind == "splice":
            other = samples[size % len(samples)]
            made[at:] = other[where * len(other) >> 24 :]
        elif kind == "noise":
            made[at : at + len(noise)] = noise
        elif kind == "number":
            number = NUMBERS[size % len(NUMBERS)]
            made[at : at + len(number)] = number
        elif kind == "end":
            del made[at:]
    return bytes(made)


json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from([10**400, -1, 0, 2**63, "9" * 50, "digits", "../x"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)),
    max_leaves=8,
)


def altered(sound: dict) -> st.SearchStrategy[dict]:
    """A JSON object with one to three of its values, at any depth, replaced or left out."""
    paths = _paths(sound, ())
    change = st.tuples(st.sampled_from(paths), st.one_of(st.just(LEFT_OUT), json_values))
    return st.lists(change, min_size=0, max_size=3).map(lambda changes: _altered(sound, changes))


LEFT_OUT = object()


def _paths(part: object, above: tuple) -> list[tuple]:
    keys = part.keys() if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
    return [path for key in keys for path in [(*above, key), *_paths(part[key], (*above, key))]]


def _altered(sound: object, changes: list) -> object:
    import copy

    made = copy.deepcopy(sound)
    for path, value in changes:
        inside = made
        try:
            for key in path[:-1]:
                inside = inside[key]
            if value is LEFT_OUT:
                del inside[path[-1]]
            else:
                inside[path[-1]] = value
        except (KeyError, IndexError, TypeError):  # an earlier change has taken it away
            continue
    return made
