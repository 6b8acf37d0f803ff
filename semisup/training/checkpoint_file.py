"""A checkpoint as a file that is whole or not there, and tells if it is damaged."""

import hashlib
import io
import json
from typing import Any, NamedTuple

import numpy as np

from semisup.system import zip_archive as archives

DIGEST_BYTES = 32


class Checkpoint(NamedTuple):
    """Attributes:
    losses: sums of the calls of the stretch that were done.
    loss: sum of the call that was under way.
    steps: how many it had taken.
    state: of the trainer.
    """

    losses: list[float]
    loss: float
    steps: int
    state: list[np.ndarray]


def encoded(checkpoint: Checkpoint) -> bytes:
    """A digest of what follows, then an .npz archive; nothing in it is pickled."""
    known: dict[str, Any] = checkpoint._asdict()
    state = known.pop("state")
    buffer = io.BytesIO()
    arrays = {f"state-{number:06d}": array for number, array in enumerate(state)}
    np.savez(buffer, known=np.frombuffer(json.dumps(known).encode(), np.uint8), **arrays)
    content = buffer.getvalue()
    return hashlib.sha256(content).digest() + content


def decoded(content: bytes) -> Checkpoint:
    """The reverse.

    Raises:
        ValueError: it is not what was written.
    """
    digest, archive = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
    if hashlib.sha256(archive).digest() != digest:
        raise ValueError("its digest is another")
    try:
        with np.load(io.BytesIO(archive), allow_pickle=False) as arrays:
            archives.check(arrays.zip)
            known = json.loads(archives.array(arrays, "known").tobytes())
            state = [archives.array(arrays, name) for name in sorted(arrays.files) if name != "known"]
        found = Checkpoint(**known, state=state)
        if not isinstance(found.losses, list) or type(found.steps) is not int or found.steps < 0:
            raise ValueError("not what is known of a checkpoint")
        return found._replace(losses=[float(loss) for loss in found.losses], loss=float(found.loss))
    except Exception as error:  # whatever is wrong with it
        raise ValueError(str(error) or type(error).__name__) from None
