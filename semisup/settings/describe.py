"""Options of `describe`."""

from dataclasses import dataclass

from semisup.settings import sources
from semisup.settings.options import Options
from semisup.settings.pretrain import DataOptions
from semisup.settings.sources import ImageOptions, StreamOptions, TableOptions


@dataclass(frozen=True, kw_only=True)
class DescribeSettings(DataOptions, TableOptions, ImageOptions, StreamOptions):
    """Say what is read from a source of data, without training."""

    def check_together(self) -> None:
        sources.check_needs(self, self.data)

    def unused(self) -> dict[type[Options], str]:
        return sources.unused(self.data)
