"""Read folders of pictures into arrays, in memory or in a file of the cache."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from semisup.data.dataset import Arrays
from semisup.errors import InputError
from semisup.settings.sources import ImageOptions
from semisup.sources import cache, listing, npy, picture
from semisup.sources.listing import Listing, Part
from semisup.sources.picture import Header
from semisup.sources.source import Reading
from semisup.system import progress

LOOKED_AT = 1000  # about so many pictures, evenly spread, decide on size and colour if the user does not
AT_ONCE = 256  # pictures decoded between two steps of the progress bar
NAMED = 3  # unreadable files that a message names


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
    return pictures(Path(source), reading.images, reading.stream)


def pictures(path: Path, options: ImageOptions, stream: bool = False) -> Arrays:
    """Read a folder of the layout that `listing.of` describes.

    Args:
        path: the folder.
        options: how to read the pictures.
        stream: decode the pictures into a file of the cache, and map that file.

    Returns:
        (n, height, width, channels) uint8 inputs, and the names of the files as `items`.

    Raises:
        InputError: the folder has no picture or another layout, or has a file that is no picture and may not be
            skipped.
    """
    contents = listing.of(path)
    shape = _shape(contents, options)
    if stream:
        arrays = npy.opened(cache.kept(_key(contents, shape), lambda folder: _write(contents, shape, folder)))
    else:
        arrays = _in_memory(contents, shape)
    if arrays.skipped:
        named = "; ".join(arrays.skipped[:NAMED]) + ("; ..." if len(arrays.skipped) > NAMED else "")
        text = f"{len(arrays.skipped)} of {len(contents.train.files) + len(contents.test.files)} files: {named}"
        if options.unreadable == "refuse":
            raise InputError(f"{path}: expected pictures, or --unreadable skip, found what is none in {text}")
        progress.warn(f"{path}: skipped what is no picture in {text}")
    return arrays


def _in_memory(contents: Listing, shape: tuple[int, int, int]) -> Arrays:
    skipped, blocks, test_blocks = [], [np.empty((0, *shape), np.uint8)], [np.empty((0, *shape), np.uint8)]
    train = _decoded(contents, contents.train, shape, blocks.append, skipped)
    test = _decoded(contents, contents.test, shape, test_blocks.append, skipped)
    x_test, y_test = (np.concatenate(test_blocks), test.y) if contents.test.files else (None, None)
    return Arrays(
        np.concatenate(blocks), train.y, x_test, y_test, contents.class_names, items=train.items, skipped=skipped
    )


def _write(contents: Listing, shape: tuple[int, int, int], folder: Path) -> None:
    """Decode the pictures into a folder that `npy.opened` can read."""
    skipped, items = [], []
    for part, suffix in ((contents.train, ""), (contents.test, "_test")):
        if part.files:
            with npy.appending(folder / f"x{suffix}.npy", shape) as append:
                decoded = _decoded(contents, part, shape, append, skipped)
            np.save(folder / f"y{suffix}.npy", decoded.y)
            items = items or decoded.items
    npy.write_names(folder, class_names=contents.class_names, items=items, skipped=skipped)


def _decoded(
    contents: Listing,
    part: Part,
    shape: tuple[int, int, int],
    append: Callable[[np.ndarray], None],
    skipped: list[str],
) -> Pictures:
    """Decode the pictures of a part of the dataset.

    Args:
        contents: files of the folder.
        part: its training or test files.
        shape: (height, width, channels) of the decoded pictures.
        append: called with blocks of (b, *shape) uint8 pictures.
        skipped: names and reasons of the files that cannot be decoded are added to this list.

    Raises:
        InputError: no file of the part can be decoded.
    """

    def decode(file: str) -> np.ndarray | str:
        return _attempt(contents, file, lambda path: picture.decode(path, shape))

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


def _attempt(
    contents: Listing, file: str, read_picture: Callable[[Path], np.ndarray | Header]
) -> np.ndarray | Header | str:
    """Call a function of `picture` with a file. Return its result, or the reason why the file cannot be read."""
    try:
        return listing.problem(contents.root, file) or read_picture(contents.root / file)
    except InputError as error:
        return str(error).removeprefix(f"{contents.root / file}: ")


def _shape(contents: Listing, options: ImageOptions) -> tuple[int, int, int]:
    """Return (height, width, channels) of all inputs.

    The options decide. By default the size is the most common one, and the inputs have colour if any picture has.
    """
    files = contents.train.files
    size, colour = options.image_size, options.colour
    if size is None or colour is None:
        with picture.guarded():
            results = [_attempt(contents, file, picture.header) for file in files[:: -(-len(files) // LOOKED_AT)]]
        headers = [result for result in results if isinstance(result, Header)]
        if not headers:
            raise _no_picture(contents, results[0])
        size = size or Counter((header.height, header.width) for header in headers).most_common(1)[0][0]
        colour = any(header.colour for header in headers) if colour is None else colour
    return (*size, 3 if colour else 1)


def _no_picture(contents: Listing, reason: str) -> InputError:
    return InputError(f"{contents.root}: expected pictures, found none that can be read ({reason})")


def _key(contents: Listing, shape: tuple[int, int, int]) -> str:
    """Return a text of all that the decoded pictures depend on: names, sizes and times of the files; the shape."""
    files = contents.train.files + contents.test.files
    states = ((contents.root / file).lstat() for file in files)
    versions = [(file, state.st_size, state.st_mtime_ns) for file, state in zip(files, states, strict=True)]
    return repr((str(contents.root), shape, contents.class_names, versions))
