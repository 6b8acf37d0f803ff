"""Folders of pictures: what lies in them, and the decoded pictures as arrays, in memory or in a file."""

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

LOOKED_AT = 1000  # pictures, spread over all, from which size and colour are taken where they are not told
AT_ONCE = 256  # pictures decoded between two steps of the progress bar
TOLD = 3  # unreadable files that a sentence names


class Pictures(NamedTuple):
    """Attributes:
    y: (n,) int64, classes of those that could be decoded.
    items: their n names.
    """

    y: np.ndarray
    items: list[str]


def read(source: str, reading: Reading) -> Arrays:
    """Read a folder of pictures. Raises as `pictures`."""
    return pictures(Path(source), reading.images, reading.stream)


def pictures(path: Path, options: ImageOptions, stream: bool = False) -> Arrays:
    """Read a folder as `listing.of` describes it.

    Returns:
        (n, height, width, channels) uint8 inputs, mapped from the cache if they are to be streamed, with the names of
        the files as items.

    Raises:
        InputError: it has no picture, is laid out in another way, or has a file that is no picture and is not to be
            skipped.
    """
    found = listing.of(path)
    shape = _shape(found, options)
    if stream:
        arrays = npy.opened(cache.kept(_key(found, shape), lambda folder: _write(found, shape, folder)))
    else:
        arrays = _in_memory(found, shape)
    if arrays.skipped:
        some = "; ".join(arrays.skipped[:TOLD]) + ("; ..." if len(arrays.skipped) > TOLD else "")
        told = f"{len(arrays.skipped)} of {len(found.train.files) + len(found.test.files)} files: {some}"
        if options.unreadable == "refuse":
            raise InputError(f"{path}: expected pictures, or --unreadable skip, found what is none in {told}")
        progress.warn(f"{path}: skipped what is no picture in {told}")
    return arrays


def _in_memory(found: Listing, shape: tuple[int, int, int]) -> Arrays:
    skipped, blocks, test_blocks = [], [np.empty((0, *shape), np.uint8)], [np.empty((0, *shape), np.uint8)]
    train = _decoded(found, found.train, shape, blocks.append, skipped)
    test = _decoded(found, found.test, shape, test_blocks.append, skipped)
    x_test, y_test = (np.concatenate(test_blocks), test.y) if found.test.files else (None, None)
    return Arrays(
        np.concatenate(blocks), train.y, x_test, y_test, found.class_names, items=train.items, skipped=skipped
    )


def _write(found: Listing, shape: tuple[int, int, int], folder: Path) -> None:
    """The same as a folder for `npy.read`."""
    skipped, items = [], []
    for part, suffix in ((found.train, ""), (found.test, "_test")):
        if part.files:
            with npy.appending(folder / f"x{suffix}.npy", shape) as append:
                decoded = _decoded(found, part, shape, append, skipped)
            np.save(folder / f"y{suffix}.npy", decoded.y)
            items = items or decoded.items
    npy.write_names(folder, class_names=found.class_names, items=items, skipped=skipped)


def _decoded(
    found: Listing,
    part: Part,
    shape: tuple[int, int, int],
    append: Callable[[np.ndarray], None],
    skipped: list[str],
) -> Pictures:
    """Hand the pictures of a part to `append`, in blocks of (b, *shape) uint8, and what could not be decoded, with
    reasons, to `skipped`."""

    def attempt(file: str) -> np.ndarray | str:
        return _attempt(found, file, lambda path: picture.decode(path, shape))

    kept: list[int] = []
    with picture.guarded(), ThreadPoolExecutor() as pool:
        for start in progress.steps("read pictures", range(0, len(part.files), AT_ONCE)):
            names = part.files[start : start + AT_ONCE]
            block = []
            for place, one in enumerate(pool.map(attempt, names), start):
                if isinstance(one, str):
                    skipped.append(f"{part.files[place]}: {one}")
                else:
                    kept.append(place)
                    block.append(one)
            if block:
                append(np.stack(block))
    if part.files and not kept:
        raise _no_picture(found, skipped[0])
    return Pictures(np.array([part.y[place] for place in kept], np.int64), [part.files[place] for place in kept])


def _attempt(found: Listing, file: str, opened: Callable[[Path], np.ndarray | Header]) -> np.ndarray | Header | str:
    """What a function of `picture` makes of a file, or why it cannot."""
    try:
        return listing.problem(found.root, file) or opened(found.root / file)
    except InputError as error:
        return str(error).removeprefix(f"{found.root / file}: ")


def _shape(found: Listing, options: ImageOptions) -> tuple[int, int, int]:
    """(height, width, channels) of all inputs: as told, else as most of the pictures, or one of them, have it."""
    files = found.train.files
    size, colour = options.image_size, options.colour
    if size is None or colour is None:
        with picture.guarded():
            looked = [_attempt(found, file, picture.header) for file in files[:: -(-len(files) // LOOKED_AT)]]
        headers = [one for one in looked if isinstance(one, Header)]
        if not headers:
            raise _no_picture(found, looked[0])
        size = size or Counter((header.height, header.width) for header in headers).most_common(1)[0][0]
        colour = any(header.colour for header in headers) if colour is None else colour
    return (*size, 3 if colour else 1)


def _no_picture(found: Listing, why: str) -> InputError:
    return InputError(f"{found.root}: expected pictures, found none that can be read ({why})")


def _key(found: Listing, shape: tuple[int, int, int]) -> str:
    """What the decoded pictures depend on: names, sizes and times of the files, and the shape."""
    files = found.train.files + found.test.files
    states = ((found.root / file).lstat() for file in files)
    known = [(file, state.st_size, state.st_mtime_ns) for file, state in zip(files, states, strict=True)]
    return repr((str(found.root), shape, found.class_names, known))
