"""How a table is read."""

from dataclasses import dataclass, field, fields

from semisup.errors import InputError

TABLES = (".csv", ".tsv", ".parquet")


@dataclass(frozen=True)
class TableSettings:
    """How a table is read; a run keeps it, so stage two need not be told again.

    Args:
        target: table: column of the classes; where it is empty, the row is unlabelled.
        test: table: file with the test set; default: a fifth of the labelled rows, held out.
        unlabelled: table: file with more rows, whose target, if it is there, is not read.
        columns: table: names of the columns, where the first line of the file does not have them.
        drop: table: columns that are no inputs, such as identifiers.
        missing: table: text that stands for a missing value, besides an empty field.
        comment: table: what begins a line, or the rest of one, that is not read.
        strip: table: characters to remove from both ends of every text, besides spaces.
    """

    target: str | None = None
    test: str | None = None
    unlabelled: str | None = None
    columns: list[str] | None = None
    drop: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    comment: str | None = None
    strip: str = ""

    def of_table(self) -> "TableSettings":
        """These options alone, of settings that have more."""
        return TableSettings(**{option.name: getattr(self, option.name) for option in fields(TableSettings)})

    def check_table(self) -> None:
        """Whether the options are sound by themselves.

        Raises:
            InputError: one is not.
        """
        for name in ("columns", "drop", "missing"):
            values = getattr(self, name)
            texts = values is None or (isinstance(values, list) and all(isinstance(value, str) for value in values))
            if not texts:
                raise InputError(f"{name}: expected a list of texts, found {values!r}")
        if self.columns is not None and len(set(self.columns)) < len(self.columns):
            raise InputError(f"columns: expected each name once, found {self.columns}")
        if self.comment is not None and len(self.comment) != 1:
            raise InputError(f"comment: expected one character, found {self.comment!r}")
        if self.target in self.drop:
            raise InputError(f"drop: expected columns other than the target, found {self.target}")
