import numpy as np
import pytest

from semisup.settings.sources import ImageOptions
from semisup.sources import look
from semisup.sources.picture import BYTES, Depth, Header

WORDS, NUMBERS = np.dtype(np.uint16), np.dtype(np.float32)


def of(headers, ranges=None, **options):
    return look.of("p", headers, ImageOptions(**options), lambda: ranges)


@pytest.mark.parametrize(
    ("size", "found"), [((1200, 1600), (48, 64)), ((64, 64), (64, 64)), ((100, 30), (64, 19)), ((3000, 2), (64, 1))]
)
def test_no_side_is_longer_than_64_by_default_and_the_proportions_stay(size, found):
    assert look.fitting(*size) == found
    assert of([Header(*size, True)]).shape == (*found, 3)


def test_what_is_resized_is_said():
    photograph, small = Header(1200, 1600, True), Header(28, 28, False)
    assert of([photograph] * 3).notes == (
        "p: all pictures are of 1200 × 1600 pixels (height × width); they are resized to 48 × 64, since by default no "
        "side is longer than 64; --image_size names another size",
    )
    told = of([photograph] * 3, image_size=[30, 40])
    assert told.shape == (30, 40, 3)
    assert told.notes[0].endswith("(height × width); they are resized to 30 × 40")
    (said,) = of([small, small, photograph]).notes
    assert "2 of 3 pictures that were looked at are of 28 × 28 pixels" in said
    assert "the others are resized to it" in said
    assert of([small, small]).notes == ()


def test_deep_pictures_give_the_dtype_and_the_range():
    grey, deep, real = (Header(8, 8, False, dtype) for dtype in (BYTES.dtype, WORDS, NUMBERS))
    assert of([grey, grey]).depth == BYTES
    assert of([deep], [(3, 900), (7, 4000)]).depth == Depth(WORDS, 3, 4000)
    assert of([deep, real], [(3, 900), (-1.5, 2)]).depth == Depth(NUMBERS, -1.5, 900)
    (said,) = of([grey, deep], [(0, 4000)]).notes
    assert "their black and white are taken for 0 and 4000" in said
    (said,) = of([Header(8, 8, True, BYTES.dtype, cut=True)]).notes
    assert "of 16 bits a colour, the upper 8 are read" in said


def test_the_bits_that_are_used_are_said():
    assert "16 bits, of which 12 are used: their values, from 3 to 4000, are" in look.said_of_range("p", WORDS, 3, 4000)
    assert "16 bits, of which 16 are used" in look.said_of_range("p", WORDS, 0, 65535)
    assert "numbers of 32 bits: their values, from -2.5 to 9," in look.said_of_range("p", NUMBERS, -2.5, 9)
