"""How the reader, stage two's sequence decoder, is built and trained."""

from dataclasses import dataclass
from typing import Literal

from semisup.errors import InputError
from semisup.settings import checks

MOST_IMAGES = 4


@dataclass(frozen=True)
class ReaderSettings:
    """What `head: reader` takes beside what a classifier does.

    Args:
        language: reader: what numbers are read in: English, letter by letter, or Korean, syllable by syllable.
        images: reader: how many images of digits, 1 to 4, make a number; of several the first is not 0.
        regime: reader: what trains the encoder: the text ("end_to_end"), the class of each image ("split": the decoder
            learns from soft class vectors alone), or half the steps each ("split_then_joint").
        attention: reader: look at the encoded images anew for every symbol, or at one context vector of them
            all; of one image it is the same.
        recurrent: reader: the cell of the decoder.
        units: reader: width of the decoder.
        beam: reader: how many unfinished texts the beam search keeps, beside the greedy one.
    """

    language: Literal["english", "korean"] = "english"
    images: int = 1
    regime: Literal["end_to_end", "split", "split_then_joint"] = "end_to_end"
    attention: bool = True
    recurrent: Literal["gru", "lstm"] = "gru"
    units: int = 128
    beam: int = 5

    def check_reader(self) -> None:
        """Whether the options are sound by themselves.

        Raises:
            InputError: one is not.
        """
        checks.one_of(self, "language", "regime", "recurrent")
        checks.whole(self, "images", "units", "beam", least=1)
        checks.true_or_false(self, "attention")
        if self.images > MOST_IMAGES:
            raise InputError(f"images: expected at most {MOST_IMAGES}, found {self.images}")
