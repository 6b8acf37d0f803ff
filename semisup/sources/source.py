"""What a source has to offer: one function `read(source, reading) -> Arrays`, which finds the data and leaves them as
they are. `load` sends the result of every source through the same checks, the same split and the same scaling."""

from typing import TYPE_CHECKING, NamedTuple

from semisup.settings.sources import ImageOptions, TableOptions

if TYPE_CHECKING:
    from semisup.data.columns import Columns


class Reading(NamedTuple):
    """How sources are read. Each looks at what it needs.

    Attributes:
        data_dir: folder with prepared TensorFlow Datasets; None is the usual one.
        table: options of a table; None where nothing is known of one.
        images: options of a folder of pictures.
        stream: whether to decode images into a file and map that.
        columns: the columns of a table as a run has fitted them; None to fit them to the training rows.
    """

    data_dir: str | None = None
    table: TableOptions | None = None
    images: ImageOptions = ImageOptions()
    stream: bool = False
    columns: "Columns | None" = None
