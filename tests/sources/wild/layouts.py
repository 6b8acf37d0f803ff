"""How the lines and fields of a table are laid out: separators, headers, quotes, lines that are no rows."""
# ruff: noqa: E501 one case a line

from .case import Case, Read
from .checks import anything, category, either, left_out, number, told
from .write import SIZE, column, file, joined, lines, quoted, size

WEIGHT = number(0.5, 39.5)
COLUMNS = {"size": SIZE, "weight": WEIGHT}
TABLE = Read(columns=COLUMNS)
NAMES = ("Ann", "Bob", "Cy")


def weight(i: int) -> str:
    return f"{i % 40}.5"


PLAIN = lines({"weight": weight})
KINDS = {"plain": TABLE}


def table(name: str, rows: list[str] | str, read=TABLE, end: str = "\n", **more) -> Case:
    content = rows if isinstance(rows, str) else joined(rows, end)
    return Case(name=name, make=file(content, more.get("data", "t.csv")), read=read, **more)


def apart(sep: str, **more) -> list[str]:
    """A table with another separator."""
    return lines({"weight": weight}, sep, **more)


def word(name: str, cells: tuple[str, ...], names: tuple[str, ...], sep: str = ",", **more) -> Case:
    """A column of categories, as it is written in the file and as it reads."""
    return column(name, lambda k: cells[k % len(cells)], category(*names), sep, **more)


def full(i: int) -> str:
    """A label for the first rows, and a point where there is none: for separators of blanks."""
    return ("yes", "no")[i % 2] if i < 20 else "NA"


NUMBERED = [PLAIN[0], *(f"{i},{row}" for i, row in enumerate(PLAIN[1:], 1))]
NO_HEADER = {"options": {"columns": ["size", "weight", "y"]}}
COMMENTS = ["# a station in Norway, 2024", "# size in mm, weight in kg"]
TITLE = ["Report of the station,,", "Made 2024-05-01,,", ",,"]
TWICE = {"size": SIZE, "weight": anything, "weight.1": anything, "weight_2": anything, "weight_1": anything}
INDEXED = {**COLUMNS, "Unnamed: 0": told}
FOOTER = "Source: the office of statistics, 2024"
WIDE = {f"v{j}": weight for j in range(300)}

# fmt: off
CASES = [
    table("commas", PLAIN),
    table("semicolons", apart(";")),
    table("bars", apart("|")),
    table("tabs in .csv", apart("\t")),
    table("tabs in .tsv", apart("\t"), data="t.tsv"),
    table("tabs in .txt", apart("\t"), data="t.txt"),
    table("commas in .data", PLAIN, data="t.data"),
    table("semicolons in .CSV", apart(";"), data="T.CSV"),
    table("a file without an ending", PLAIN, data="table", refused=("table",)),
    table("carets", apart("^"), refused=("separator|comma|column",)),
    table("commas and a blank", apart(", ")),
    table("single blanks", lines({"weight": weight}, " ", target=full)),
    table("several blanks, aligned", [" ".join(f"{cell:>9}" for cell in row.split()) for row in lines({"weight": weight}, " ", target=full)]),
    table("Excel's sep line", ["sep=;", *apart(";")]),
    table("Excel's sep line with a tab", ["sep=\t", *apart("\t")]),
    table("a separator at the end of every line", [row + "," for row in PLAIN]),
    table("a separator at the end of every row, not of the header", [PLAIN[0], *(row + "," for row in PLAIN[1:])]),
    table("Windows' line ends", PLAIN, end="\r\n"),
    table("old Mac's line ends", PLAIN, end="\r"),
    table("line ends of two kinds", joined(PLAIN[:30], "\r\n") + joined(PLAIN[30:])),
    table("doubled line ends", PLAIN, end="\r\r\n", refused=("line",)),
    table("no line end at the end", joined(PLAIN)[:-1]),
    table("empty lines at the end", joined(PLAIN) + "\n\n\n"),
    table("empty lines between", joined(PLAIN, "\n\n")),
    table("blank lines at the end", joined(PLAIN) + "   \n \n", refused=("row|line",)),
    table("rows of separators at the end", joined(PLAIN) + ",,\n" * 5, (TABLE, Read(columns=COLUMNS, rows=65, told=("empty|blank",))), refused=("empty|blank",)),
    table("DOS' end of a file", joined(PLAIN) + "\x1a", (TABLE, Read(columns=COLUMNS, rows=61, told=("row",))), refused=("line|row",)),
    table("a byte of zero", joined([*PLAIN[:9], PLAIN[9].replace(".", "\0."), *PLAIN[10:]]), Read(columns={"size": SIZE, "weight": told}), refused=("line|row|byte|weight",)),
    table("R's table, header one name short", NUMBERED, (Read(columns=COLUMNS), Read(columns={**COLUMNS, "": told})), refused=("header|name",)),
    table("R's table with blanks", [PLAIN[0].replace(",", " "), *(f'"{i}" {row} NA'.replace(",", " ") if row.endswith(",") else f'"{i}" {row}'.replace(",", " ") for i, row in enumerate(PLAIN[1:], 1))], refused=("header|name",)),
    table("R's CSV, first name empty", ['"",' + PLAIN[0], *NUMBERED[1:]], (Read(columns=COLUMNS), Read(columns=INDEXED), Read(columns={**COLUMNS, "": told})), refused=("name",)),
    table("pandas' index", ["Unnamed: 0," + PLAIN[0], *NUMBERED[1:]], (Read(columns=COLUMNS), Read(columns=INDEXED))),
    table("an index called id", ["id," + PLAIN[0], *NUMBERED[1:]], (Read(columns=COLUMNS), Read(columns={**COLUMNS, "id": told}))),
    table("blanks around the names", [" size , weight , y ", *PLAIN[1:]]),
    table("names in quotes with a comma and a line end", ['"size, mm","weight\nin kg",y', *PLAIN[1:]], (Read(columns={"size, mm": SIZE, "weight\nin kg": WEIGHT}), Read(columns={"size, mm": SIZE, "weight in kg": WEIGHT})), refused=("line",)),
    table("a name twice but for a blank", lines({"weight": weight, "weight ": weight}), (Read(columns={**COLUMNS, "weight ": WEIGHT}), Read(columns=TWICE, told=("weight",))), refused=("weight",)),
    table("a name twice", ["size,weight,weight,y", *lines({"weight": weight, "w": weight})[1:]], Read(columns=TWICE, told=("weight",)), refused=("weight",)),
    table("an empty name", ["size,,y", *PLAIN[1:]], (Read(columns={"size": SIZE, "": WEIGHT}), Read(columns={"size": SIZE, "Unnamed: 1": WEIGHT}), Read(columns={"size": SIZE, "column 2": WEIGHT})), refused=("name",)),
    table("no header, names typed", PLAIN[1:], **NO_HEADER),
    table("no header", PLAIN[1:], (), refused=("columns|header",)),
    table("no header, target a number", PLAIN[1:], (), refused=("columns|header",), options={"target": "2"}),
    table("comments before, typed", COMMENTS + PLAIN, options={"comment": "#"}),
    table("comments before", COMMENTS + PLAIN, refused=("comment",)),
    table("a header that is commented", ["# " + PLAIN[0], *PLAIN[1:]], (TABLE, Read(columns={"# size": SIZE, "weight": WEIGHT})), refused=("#",)),
    table("a title before", TITLE + PLAIN, refused=("line|header|target",)),
    table("a title before, alone in its line", ["Station 7", "", *PLAIN], refused=("line|header|column",)),
    table("units below the header", [PLAIN[0], "mm,kg,", *PLAIN[1:]], Read(columns={"size": told, "weight": told}, rows=(60, 61)), refused=("mm|kg|line 2|size",)),
    table("descriptions below the header", [PLAIN[0], "Size of it,What it weighs,Its class", *PLAIN[1:]], Read(classes=("yes", "no", "Its class"), rows=61, labelled=21, told=("Its class", "Size of it")), refused=("Its class|line 2",)),
    table("totals at the end", [*PLAIN, "Total,1230.0,"], Read(columns={"size": told, "weight": anything}, rows=(60, 61)), refused=("size|Total",)),
    table("a footer at the end", [*PLAIN, FOOTER], Read(columns={"size": told, "weight": anything}, rows=(60, 61)), refused=("line|row",)),
    table("the header again in the middle", PLAIN[:31] + PLAIN, (), refused=("size|header|line",)),
    table("a row too short", [*PLAIN[:9], "9,8.5", *PLAIN[10:]], Read(rows=60, labelled=19, told=("line|row|field",)), refused=("line|row",)),
    table("a row too long", [*PLAIN[:9], PLAIN[9] + ",7", *PLAIN[10:]], (), refused=("line|row",)),
    table("a comma in a text without quotes", [*PLAIN[:9], "9,8.5,maybe, not", *PLAIN[10:]], (), refused=("line|row",)),
    word("line ends in quotes", ('"Ann\nSmith"', '"Bob"'), ("Ann\nSmith", "Bob")),
    word("quotes doubled", ('"Ann ""A"" Smith"', "Bob"), ('Ann "A" Smith', "Bob")),
    column("quotes with a backslash", lambda k: ('"Ann \\"A\\" Smith"', "Bob")[k % 2], either(category('Ann "A" Smith', "Bob"), category('Ann \\"A\\" Smith', "Bob"), told), refused=("line|row|quote",)),
    word("quotes with a backslash and a comma", ('"Ann \\"A\\", Smith"', "Bob"), ('Ann "A", Smith', "Bob"), refused=("line|row|quote",)),
    column("single quotes", lambda k: f"'{NAMES[k % 3]}'", either(category(*NAMES), category(*(f"'{name}'" for name in NAMES)))),
    word("single quotes with a comma", ("'Ann, A'", "'Bob, B'"), ("Ann, A", "Bob, B"), refused=("line|row|quote|column|field",)),
    word("single quotes, stripped", ("'Ann'", "'Bob'"), ("Ann", "Bob"), options={"strip": "'"}),
    word("inches", ('5" pipe', '6" pipe'), ('5" pipe', '6" pipe')),
    column("one inch among many", lambda k: '5" pipe' if k == 20 else "rod", category('5" pipe', "rod"), refused=("line|row|quote",)),
    column("a quote that opens and never closes", lambda k: '"5 pipe' if k == 20 else "rod", category('"5 pipe', "rod"), refused=("line|row|quote",)),
    word("commas in quotes", ('"Ann, A"', '"Bob, B"'), ("Ann, A", "Bob, B")),
    word("commas in texts between semicolons", ("Ann, A", "Bob, B"), ("Ann, A", "Bob, B"), ";"),
    word("quotes with blanks before", (' "Ann, A"', ' "Bob, B"'), ("Ann, A", "Bob, B")),
    table("very wide", lines(WIDE), Read(shape=(301,)), refused=("column",)),
    table("one column beside the target", [f"{size(i)},{full(i)}" if i >= 0 else "size,y" for i in range(-1, 60)], Read(columns={"size": SIZE})),
    table("the target alone", ["y", *(full(i) for i in range(60))], (), refused=("column",)),
    table("whole rows in quotes", [quoted(row) for row in PLAIN], refused=("quote|separator",)),
    table("decimal commas between commas", [row.replace(".", ",") for row in PLAIN], (), refused=("line|field|header",)),
    table("decimal commas between commas, two decimals", lines({"weight": lambda i: f"{i % 40},{5 + i % 2 * 2}"}), (), refused=("line|field|header",)),
    column("a column that is left out", lambda k: f"id{k}", left_out, options={"drop": ["gauge"]}),
]
