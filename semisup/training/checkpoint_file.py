"""The file format of a checkpoint. Damage to the file is detected by a digest."""

import hashlib
import io
import json
from typing import Any, NamedTuple

import numpy as np

from semisup.system import zip_archive as archives

DIGEST_BYTES = 32


class Checkpoint(NamedTuple):
    """The state of a training within a stretch of calls of `Trainer.run`; see `checkpoints`.

    Attributes:
        losses: for each finished call of the stretch, the sum of the losses of its steps.
        loss: for the call in which it was written, the sum of the losses of its steps so far.
        steps: how many steps this call had taken.
        state: `Trainer.state` after these steps.
    """

    losses: list[float]
    loss: float
    steps: int
    state: list[np.ndarray]


def encoded(checkpoint: Checkpoint) -> bytes:
    """Return the content of the file: a SHA-256 digest (32 bytes) of an .npz archive, then the archive. No pickles."""
    header: dict[str, Any] = checkpoint._asdict()
    state = header.pop("state")
    buffer = io.BytesIO()
    arrays = {f"state-{number:06d}": array for number, array in enumerate(state)}
    np.savez(buffer, known=np.frombuffer(json.dumps(header).encode(), np.uint8), **arrays)
    content = buffer.getvalue()
    return hashlib.sha256(content).digest() + content


def decoded(content: bytes) -> Checkpoint:
    """Read the content of a file that `encoded` made.

    Raises:
        ValueError: the content is damaged, or not a checkpoint.
    """
    digest, archive = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
    if hashlib.sha256(archive).digest() != digest:
        raise ValueError("its digest does not match its content")
    try:
        with np.load(io.BytesIO(archive), allow_pickle=False) as arrays:
            archives.check(arrays.zip)
            header = json.loads(archives.array(arrays, "known").tobytes())
            state = [archives.array(arrays, name) for name in sorted(arrays.files) if name != "known"]
        checkpoint = Checkpoint(**header, state=state)
        if not isinstance(checkpoint.losses, list) or type(checkpoint.steps) is not int or checkpoint.steps < 0:
            raise ValueError("its losses or its steps are not those of a checkpoint")
        return checkpoint._replace(losses=[float(loss) for loss in checkpoint.losses], loss=float(checkpoint.loss))
    except Exception as error:  # any error means a damaged file
        raise ValueError(str(error) or type(error).__name__) from None
