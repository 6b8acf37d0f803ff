"""How the reader, stage two's sequence decoder, is built and trained."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import Options

MOST_IMAGES = 4


@dataclass(frozen=True, kw_only=True)
class ReaderOptions(Options):
    """What `--head reader` takes.

    Args:
        language: read numbers in English, letter by letter, or in Korean, syllable by syllable.
        images: how many images of digits, 1 to 4, make a number. The first of several is not 0.
        regime: what trains the encoder: the text ("end_to_end"), the class of each image ("split", where the decoder
            learns from soft class vectors alone), or half the steps each ("split_then_joint").
    """

    title: ClassVar[str] = "Reader"

    language: Literal["english", "korean"] = "english"
    images: int = 1
    regime: Literal["end_to_end", "split", "split_then_joint"] = "end_to_end"

    def check(self) -> None:
        checks.one_of(self, "language", "regime")
        checks.whole(self, "images", least=1)
        if self.images > MOST_IMAGES:
            raise InputError(f"images: expected at most {MOST_IMAGES}, found {self.images}")
