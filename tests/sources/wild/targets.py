"""The column of the classes: what is a class, what is no label, and what cannot be classes."""
# ruff: noqa: E501 one case a line

from collections.abc import Callable

from .case import Case, Read
from .checks import number
from .layouts import weight
from .write import SIZE, file, joined, lines

COLUMNS = {"size": SIZE, "weight": number(0.5, 39.5)}
ALL = ("low", "high", "mid")


def table(name: str, target: Callable[[int], object], *read: Read, header: str = "y", rows: int = 60, **more) -> Case:
    """A table with these classes; `header` is the name of their column in the file."""
    content = lines({"weight": weight}, rows=rows, target=target)
    content[0] = content[0][:-1] + header
    return Case(name=name, make=file(joined(content)), read=read, **more)


def two(*classes: str, labelled: int = 20, told: tuple[str, ...] = (), rows: int = 60) -> Read:
    return Read(classes=classes, labelled=labelled, told=told, columns=COLUMNS if labelled < 60 else None, rows=rows)


def half(labels: tuple[object, ...], rest: object = "") -> Callable[[int], object]:
    """The first 20 rows have the labels in turn, and the others `rest`."""
    return lambda i: labels[i % len(labels)] if i < 20 else rest


def word(rest: str, may_be_told: bool = False) -> Case:
    """Rows without a label have a word that means: missing."""
    readings = [two("yes", "no", told=(f"{rest}",)), two("yes", "no", rest, labelled=60, told=(rest,))]
    sure = [] if may_be_told else [two("yes", "no")]
    return table(f"{rest} is no label", half(("yes", "no"), rest), *sure, *readings, refused=("classes|missing",))


def regression(name: str, target: Callable[[int], object], *read: Read, rows: int = 60) -> Case:
    return table(name, target, *read, rows=rows, refused=("y", "number|class|distinct|values|one row"))


def named(name: str, header: str, target: str, *read: Read) -> Case:
    return table(name, half(("yes", "no")), *read, header=header, options={"target": target}, refused=(header.strip(),))


NONE_FIRST = [two("None", "low", "high", labelled=60, told=("None",)), two("low", "high", labelled=20, told=("None",))]
ANY_NONE = Read(classes=3, labelled=60, told=("None",))

# fmt: off
CASES = [
    table("words", half(("yes", "no")), two("yes", "no")),
    table("all rows have a label", lambda i: ALL[i % 3], two(*ALL, labelled=60)),
    table("no row has a label", lambda i: "", Read(classes=(), labelled=0, rows=60, columns=COLUMNS), Read(classes=(), labelled=0, rows=60, test_rows=0), refused=("label|class",)),
    *(word(rest) for rest in ("NA", "NaN", "nan", "NULL", "null", "N/A", "<NA>", "#N/A", "\\N")),
    *(word(rest, True) for rest in ("?", "unlabelled", "unlabeled", "unknown", "Unknown", "-")),
    table("None in a third of the rows", lambda i: ("None", "low", "high")[i % 3], two("None", "low", "high", labelled=60), two("low", "high", labelled=40, told=("None",)), refused=("None",)),
    table("None in most rows", half(("low", "high"), "None"), *NONE_FIRST, refused=("None",)),
    table("None in quotes", lambda i: ('"None"', '"low"', '"high"')[i % 3], two("None", "low", "high", labelled=60), two("low", "high", labelled=40, told=("None",)), refused=("None",)),
    table("None, beside empty fields", half(("None", "low")), two("None", "low"), refused=("None",)),
    table("None, typed as a class", half(("None", "low", "high")), two("None", "low", "high"), options={"classes": ["None"]}),
    table("None in all rows but a few of one class", lambda i: "low" if i < 5 else "None", two("None", "low", labelled=60), refused=("None|class",)),
    table("NA, typed as a class", half(("NA", "EU")), two("NA", "EU"), options={"classes": ["NA"]}),
    table("null of one spelling, empty besides", half(("null", "defect")), two("null", "defect"), refused=("null",)),
    table("-1 is no label", half((0, 1), -1), two("0", "1", told=("-1",)), two("0", "1", "-1", labelled=60, told=("-1",)), refused=("-1",)),
    table("-1 is a class", half((1, -1)), two("1", "-1")),
    table("-1 is a class, all rows", lambda i: (1, -1)[i % 2], two("1", "-1", labelled=60)),
    table("-1 typed as missing", half((0, 1), -1), two("0", "1"), options={"missing": ["-1"]}),
    table("-1.0 is no label", half(("0.0", "1.0"), "-1.0"), two("0", "1", told=("-1",)), two("0.0", "1.0", told=("-1",)), Read(classes=3, labelled=60, told=("-1",)), refused=("-1",)),
    table("+1 and -1", half(("+1", "-1")), two("+1", "-1"), two("1", "-1")),
    table("TRUE and FALSE", half(("TRUE", "FALSE")), two("TRUE", "FALSE"), two("True", "False"), two("true", "false")),
    table("0 and 1", half((0, 1)), two("0", "1")),
    table("floats, as pandas writes whole numbers with gaps", half(("1.0", "2.0")), two("1.0", "2.0"), two("1", "2")),
    table("whole numbers and floats", half(("1", "2", "1.0")), two("1", "2"), Read(classes=3, told=("1.0",)), refused=("1.0",)),
    table("codes with zeros", half(("00123", "00456")), two("00123", "00456")),
    table("codes with zeros beside the same without", half(("0123", "123")), two("0123", "123")),
    table("blanks around classes", half((" yes", "no ", "yes")), two("yes", "no")),
    table("blanks where there is no class", half(("yes", "no"), "  "), two("yes", "no")),
    table("classes in upper and lower case", half(("Yes", "no", "yes", "No")), two("Yes", "No"), two("yes", "no"), Read(classes=4, told=("Yes",)), refused=("Yes",)),
    table("classes that end in a point, as in Adult", half((" <=50K.", " >50K.")), two("<=50K.", ">50K.")),
    table("classes with other letters", half(("größer", "küçük", "大")), two("größer", "küçük", "大")),
    table("classes with commas", half(('"a, b"', '"c, d"')), two("a, b", "c, d")),
    table("dates as classes", half(("2024-01-01", "2024-02-01")), two("2024-01-01", "2024-02-01")),
    table("decimal commas as classes", half(('"1,0"', '"2,0"')), two("1,0", "2,0"), two("1", "2"), two("1.0", "2.0")),
    table("many classes", lambda i: f"c{i % 30:02d}" if i < 240 else "", Read(classes=30, labelled=240, rows=300), rows=300),
    regression("prices", lambda i: 100.5 + i * 7.25),
    regression("prices, some missing", lambda i: 100.5 + i * 7.25 if i < 40 else ""),
    regression("prices with decimal commas", lambda i: f'"{100 + i},25"'),
    regression("ages", lambda i: 18 + i * 37 % 63, Read(classes=63, labelled=130, rows=130, told=("y",)), rows=130),
    regression("identifiers", lambda i: f"id{i}"),
    regression("times", lambda i: f"2024-01-01T00:{i:02d}:00"),
    regression("free text", lambda i: f"this is remark {i} of the people"),
    table("one label a class", lambda i: ("yes", "no")[i] if i < 2 else "", refused=("class|label",)),
    table("two labels a class", lambda i: ("yes", "no")[i % 2] if i < 4 else "", two("yes", "no", labelled=4), refused=("class|label",)),
    table("one label of one class", lambda i: "rare" if i == 7 else half(("yes", "no"))(i), Read(classes=("yes", "no"), labelled=(19, 20), told=("rare",)), Read(classes=("yes", "no", "rare"), told=("rare",)), refused=("rare",)),
    table("one class", half(("yes",)), refused=("class",)),
    table("one class and no", half(("yes",), "NA"), two("yes", "NA", rows=60, labelled=60, told=("NA",)), refused=("class",)),
    named("the target in another case", "Class", "class", two("yes", "no", told=("Class",))),
    named("the target with a blank before", " y", "y", two("yes", "no")),
    named("the target typed with blanks", "y", " y ", two("yes", "no")),
    named("the target in quotes", '"y"', "y", two("yes", "no")),
    named("the target with a line below instead of a blank", "my class", "my_class", two("yes", "no", told=("my class",))),
    named("the target misspelt", "species", "specis"),
    table("a target that is not there", half(("yes", "no")), options={"target": "churn"}, refused=("churn", "size", "weight")),
    table("the number of the target's column", half(("yes", "no")), options={"target": "-1"}, refused=("-1", "weight")),
    table("a column to drop that is not there", half(("yes", "no")), Read(columns=COLUMNS, told=("id",)), options={"drop": ["id"]}, refused=("id", "size")),
    table("a column to drop in another case", half(("yes", "no")), Read(columns={"weight": COLUMNS["weight"]}, told=("Size",)), options={"drop": ["Size"]}, refused=("size",)),
    table("all columns dropped", half(("yes", "no")), options={"drop": ["size", "weight"]}, refused=("column",)),
    table("too few names typed", half(("yes", "no")), options={"columns": ["size", "y"]}, refused=("2", "3")),
    table("names typed though there is a header", half(("yes", "no")), two("yes", "no", told=("first line",)), options={"columns": ["size", "weight", "y"]}, refused=("header|first|line 1|y",)),
]
