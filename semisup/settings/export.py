"""Options of `export`."""

from dataclasses import dataclass
from typing import ClassVar

from semisup.settings import checks
from semisup.settings.options import Options


@dataclass(frozen=True, kw_only=True)
class ExportSettings(Options):
    """Write a classifier as an ONNX file, and check that onnxruntime predicts what Keras predicts.

    Args:
        run: id of the stage-two run. Default: the latest finished one.
        output: .onnx file to write.
    """

    title: ClassVar[str] = "File"

    run: str | None = None
    output: str = "classifier.onnx"

    def check(self) -> None:
        checks.run_id(self)
        checks.output(self, ".onnx")
