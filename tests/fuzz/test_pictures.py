"""Readers of pictures, in every format that is likely to come."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st
from PIL import Image

from semisup.sources import picture
from tests.fuzz.attempts import counts, fuzz
from tests.fuzz.damage import damaged

FORMATS = ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "ICO", "TGA", "JPEG2000", "PCX", "SGI", "DDS"]


def saved(kind, mode="RGB", **options):
    shades = np.random.default_rng(0).integers(0, 255, (16, 16, 4)).astype(np.uint8)
    buffer = io.BytesIO()
    grey = Image.fromarray(shades).convert("L")
    (grey.convert("I").convert(mode) if mode == "I;16" else Image.fromarray(shades).convert(mode)).save(
        buffer, kind, **options
    )
    return buffer.getvalue()


SAMPLES = [saved(kind) for kind in FORMATS]
SAMPLES += [saved("PNG", mode) for mode in ("L", "P", "RGBA", "1", "I;16")]
SAMPLES += [saved("TIFF", "CMYK", compression="tiff_lzw"), saved("TIFF", "F"), saved("JPEG", progressive=True)]
SAMPLES += [saved("WEBP", lossless=True), saved("GIF", save_all=True, append_images=[Image.new("RGB", (16, 16))] * 3)]
SAMPLES += [b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) (w) file\n"]


def png(width, height, bits, colour, chunks):
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    made = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    return made + b"".join(chunk(*one) for one in chunks) + chunk(b"IEND", b"")


sides = st.sampled_from([0, 1, 7, 16, 5000, 8000, 65535, 2**31 - 1, 2**32 - 1])
zeros = zlib.compress(bytes(2**24), 9)
parts = st.sampled_from(
    [
        (b"IDAT", zeros),
        (b"IDAT", zlib.compress(bytes(900))),
        (b"iTXt", b"a\0\1\0\0\0" + zeros),
        (b"zTXt", b"a\0\0" + zeros),
        (b"iCCP", b"a\0\0" + zeros),
        (b"PLTE", bytes(768)),
        (b"tRNS", bytes(3)),
        (b"eXIf", b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\xff\xff\0\0"),
    ]
)
made_png = st.builds(png, sides, sides, st.sampled_from([1, 8, 16]), st.integers(0, 6), st.lists(parts, max_size=4))
pictures = st.one_of([damaged(SAMPLES)] * 9 + [made_png])


@counts(300, 12_000)
def test_pictures(count, tally):
    path = Path("a.png")
    depths = (picture.BYTES, picture.Depth(np.dtype(np.uint16), 0, 4000), picture.Depth(np.dtype(np.float32), -1, 1e5))

    def depth():
        return depths[path.stat().st_size % len(depths)]

    def read():
        with picture.guarded():
            return picture.header(path), picture.decode(path, (5, 4, 3), depth())

    def right(found):
        header, x = found
        assert header.height > 0
        assert header.width > 0
        assert (x.shape, x.dtype) == ((5, 4, 3), depth().dtype)
        assert np.isfinite(x).all()

    def one(content):
        path.write_bytes(content)
        tally.attempt(read, right)

    fuzz(pictures, count, one)


@pytest.mark.parametrize("mode", ["I;16", *(pytest.param(mode, marks=pytest.mark.slow) for mode in ("RGBA", "P"))])
def test_the_largest_picture_that_is_read_is_read_in_less_than_a_gigabyte(mode, tally):
    Image.new(mode, (8190, 8190)).save("a.png", compress_level=1)

    def read():
        with picture.guarded():
            return picture.decode(Path("a.png"), (8, 8, 3))

    tally.attempt(read)
    assert tally.outcomes["right"] == 1


@pytest.mark.parametrize("kind", ["EPS", "PNG"])
def test_what_another_program_would_draw_and_what_is_too_large_is_refused(kind, tally):
    Path("a.png").write_bytes(SAMPLES[-1] if kind == "EPS" else png(9000, 9000, 8, 2, [(b"IDAT", zeros)]))

    def read():
        with picture.guarded():
            return picture.decode(Path("a.png"), (8, 8, 3))

    tally.attempt(read)
    assert tally.outcomes["refused"] == 1
