"""Read folders of pictures into arrays, in memory or in a file of the cache."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from semisup.data import memory
from semisup.data.dataset import Arrays
from semisup.data.memory_mapped import chunks
from semisup.data.scaling import Scaling
from semisup.data.validation import BYTES as RULE_OF_BYTES
from semisup.errors import InputError
from semisup.settings.sources import ImageOptions
from semisup.sources import cache, listing, look, npy, picture
from semisup.sources.listing import Listing, Part
from semisup.sources.look import Look
from semisup.sources.picture import BYTES, Header
from semisup.sources.source import Reading
from semisup.system import progress

LOOKED_AT = 1000  # about so many pictures, evenly spread, decide on size, colour and depth
RANGED = 100  # about so many of them are decoded to find the range of deep pictures
AT_ONCE = 256  # pictures decoded between two steps of the progress bar
NAMED = 3  # unreadable files that a message names

Read = TypeVar("Read")


class Pictures(NamedTuple):
    """Classes and names of the pictures that could be decoded.

    Attributes:
        y: (n,) int64, classes.
        items: n file names.
    """

    y: np.ndarray
    items: list[str]


def read(source: str, reading: Reading) -> Arrays:
    """Read a folder of pictures. Raises as `pictures`."""
    return pictures(Path(source), reading.images, reading.stream, reading.scaling)


def pictures(path: Path, options: ImageOptions, stream: bool = False, scaling: Scaling | None = None) -> Arrays:
    """Read a folder of the layout that `listing.of` describes.

    Args:
        path: the folder.
        options: how to read the pictures.
        stream: decode the pictures into a file of the cache, and map that file.
        scaling: scaling of the network that the pictures are for; None if there is none yet.

    Returns:
        (n, height, width, channels) uint8 inputs, or uint16 or float32 ones if pictures have more than 8 bits, and the
        names of the files as `items`.

    Raises:
        InputError: the folder has no picture or another layout, has a file that is no picture and may not be skipped,
            has pictures of another depth than those that the network was trained on, or does not fit into memory.
    """
    contents = listing.of(path)
    chosen = _look(contents, options)
    if scaling is not None and (scaling.rule == RULE_OF_BYTES) != (chosen.depth == BYTES):
        expected, found = ("8 bits", "more") if scaling.rule == RULE_OF_BYTES else ("more than 8 bits", "8")
        raise InputError(f"{path}: expected pictures of {expected} as in training, found {found}")
    if stream:
        arrays = npy.opened(cache.kept(_key(contents, chosen), lambda folder: _write(contents, chosen, folder)))
    else:
        rows = len(contents.train.files) + len(contents.test.files)
        memory.check_pictures(path, rows, chosen.shape, chosen.depth.dtype)
        arrays = _in_memory(contents, chosen)
    if arrays.skipped:
        named = "; ".join(arrays.skipped[:NAMED]) + ("; ..." if len(arrays.skipped) > NAMED else "")
        text = f"{len(arrays.skipped)} of {len(contents.train.files) + len(contents.test.files)} files: {named}"
        if options.unreadable == "refuse":
            raise InputError(f"{path}: expected pictures, or --unreadable skip, found what is none in {text}")
        progress.warn(f"{path}: skipped what is no picture in {text}")
    return arrays._replace(notes=(*contents.notes, *chosen.notes, *_range(path, arrays)))


def _range(path: Path, arrays: Arrays) -> tuple[str, ...]:
    """Say which values deep pictures have."""
    if arrays.x.dtype == np.uint8:
        return ()
    ranges = [(part.min(), part.max()) for part in chunks(arrays.x)]
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    return (look.said_of_range(str(path), arrays.x.dtype, float(low), float(high)),)


def _in_memory(contents: Listing, chosen: Look) -> Arrays:
    skipped, (blocks, test_blocks) = [], [[np.empty((0, *chosen.shape), chosen.depth.dtype)] for _ in range(2)]
    train = _decoded(contents, contents.train, chosen, blocks.append, skipped)
    test = _decoded(contents, contents.test, chosen, test_blocks.append, skipped)
    x_test, y_test = (np.concatenate(test_blocks), test.y) if contents.test.files else (None, None)
    return Arrays(
        np.concatenate(blocks), train.y, x_test, y_test, contents.class_names, items=train.items, skipped=skipped
    )


def _write(contents: Listing, chosen: Look, folder: Path) -> None:
    """Decode the pictures into a folder that `npy.opened` can read."""
    skipped, items = [], []
    for part, suffix in ((contents.train, ""), (contents.test, "_test")):
        if part.files:
            with npy.appending(folder / f"x{suffix}.npy", chosen.shape, chosen.depth.dtype) as append:
                decoded = _decoded(contents, part, chosen, append, skipped)
            np.save(folder / f"y{suffix}.npy", decoded.y)
            items = items or decoded.items
    npy.write_names(folder, class_names=contents.class_names, items=items, skipped=skipped)


def _decoded(
    contents: Listing,
    part: Part,
    chosen: Look,
    append: Callable[[np.ndarray], None],
    skipped: list[str],
) -> Pictures:
    """Decode the pictures of a part of the dataset.

    Args:
        contents: files of the folder.
        part: its training or test files.
        chosen: shape and depth of the decoded pictures.
        append: called with blocks of (b, *shape) pictures.
        skipped: names and reasons of the files that cannot be decoded are added to this list.

    Raises:
        InputError: no file of the part can be decoded.
    """

    def decode(file: str) -> np.ndarray | str:
        return _attempt(contents, file, lambda path: picture.decode(path, chosen.shape, chosen.depth))

    decoded: list[int] = []  # numbers of the files
    with picture.guarded(), ThreadPoolExecutor() as pool:
        for start in progress.steps("read pictures", range(0, len(part.files), AT_ONCE)):
            names = part.files[start : start + AT_ONCE]
            block = []
            for number, result in enumerate(pool.map(decode, names), start):
                if isinstance(result, str):
                    skipped.append(f"{part.files[number]}: {result}")
                else:
                    decoded.append(number)
                    block.append(result)
            if block:
                append(np.stack(block))
    if part.files and not decoded:
        raise _no_picture(contents, skipped[0])
    return Pictures(np.array([part.y[i] for i in decoded], np.int64), [part.files[i] for i in decoded])


def _attempt(contents: Listing, file: str, read_picture: Callable[[Path], Read]) -> Read | str:
    """Call a function of `picture` with a file. Return its result, or the reason why the file cannot be read."""
    try:
        return listing.problem(contents.root, file) or read_picture(contents.root / file)
    except InputError as error:
        return str(error).removeprefix(f"{contents.root / file}: ")


def _look(contents: Listing, options: ImageOptions) -> Look:
    """Look at some training pictures, evenly spread. Raises InputError if none can be read."""
    files = contents.train.files
    files = files[:: -(-len(files) // LOOKED_AT)]
    with picture.guarded():
        results = [_attempt(contents, file, picture.header) for file in files]
        headers = [result for result in results if isinstance(result, Header)]
        if not headers:
            raise _no_picture(contents, results[0])
        pairs = zip(files, results, strict=True)
        deep = [file for file, result in pairs if isinstance(result, Header) and result.dtype != np.uint8]

        def ranges() -> list[tuple[float, float]]:
            found = [_attempt(contents, file, picture.extremes) for file in deep[:: -(-len(deep) // RANGED)]]
            return [each for each in found if not isinstance(each, str)]

        return look.of(contents.name, headers, options, ranges)


def _no_picture(contents: Listing, reason: str) -> InputError:
    return InputError(f"{contents.root}: expected pictures, found none that can be read ({reason})")


def _key(contents: Listing, chosen: Look) -> str:
    """Return a text of all that the decoded pictures depend on: files with sizes and times, shape and depth."""
    files = contents.train.files + contents.test.files
    states = ((contents.root / file).lstat() for file in files)
    versions = [(file, state.st_size, state.st_mtime_ns) for file, state in zip(files, states, strict=True)]
    depth = () if chosen.depth == BYTES else (chosen.depth.dtype.str, chosen.depth.black, chosen.depth.white)
    return repr((str(contents.root), chosen.shape, *depth, contents.class_names, versions))
