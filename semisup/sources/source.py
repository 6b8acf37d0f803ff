"""The interface of a source: one function `read(source, reading) -> Arrays`, which reads data as they are.

`load` applies the same checks, the same test split and the same scaling to the result of every source.
"""

from typing import TYPE_CHECKING, NamedTuple

from semisup.settings.sources import ImageOptions, TableOptions

if TYPE_CHECKING:
    from semisup.data.columns import Columns
    from semisup.data.scaling import Scaling


class Reading(NamedTuple):
    """How sources are read. Each source uses only the options that it needs.

    Attributes:
        data_dir: folder with prepared TensorFlow Datasets; None is the default folder.
        table: how to read a table; None if the network was not trained on a table.
        images: how to read a folder of pictures.
        stream: whether to decode images into a file of the cache and map that file.
        columns: the columns of a table that a run was trained on; None to fit them to the training rows.
        scaling: scaling of the network that the data are for; None if there is none yet, or for a table.
    """

    data_dir: str | None = None
    table: TableOptions | None = None
    images: ImageOptions = ImageOptions()
    stream: bool = False
    columns: "Columns | None" = None
    scaling: "Scaling | None" = None
