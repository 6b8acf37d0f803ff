"""Options of the reader, the sequence decoder of stage two."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import Options

MOST_IMAGES = 4


@dataclass(frozen=True, kw_only=True)
class ReaderOptions(Options):
    """How to build and train the reader (`--head reader`).

    Args:
        language: write numbers in English, letter by letter, or in Korean, syllable by syllable.
        images: how many digit images make a number, from 1 to 4. The first of several digits is not 0.
        regime: what trains the encoder. "end_to_end": the text. "split": the class of each image, while the decoder
            learns from soft class vectors alone. "split_then_joint": half the steps like "split", then half by the
            text.
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
