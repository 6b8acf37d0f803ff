"""Columns of words: categories in all spellings, free text, identifiers, lists."""
# ruff: noqa: E501 one case a line

import json
import uuid

from .checks import anything, both, category, either, left_out, number, text, told
from .write import column, quoted, some

NAMED = ("gauge",)
WORDS = [
    "the",
    "screen",
    "of",
    "my",
    "old",
    "phone",
    "broke",
    "on",
    "the",
    "way",
    "home",
    "and",
    "nobody",
    "would",
    "mend",
    "it",
    "for",
    "less",
    "than",
    "a",
    "new",
    "one",
]
FREE = either(text, told, left_out)
PAIRS = [
    ("yes", "no"),
    ("Y", "N"),
    ("T", "F"),
    ("t", "f"),
    ("true", "false"),
    ("TRUE", "FALSE"),
    ("True", "False"),
    ("on", "off"),
    ("0", "1"),
    ("J", "N"),
    ("oui", "non"),
    ("X", ""),
]
SPELLINGS = ("TRUE", "True", "true", "FALSE", "False")


def sentence(k: int) -> str:
    """Distinct sentences with a comma."""
    return " ".join(WORDS[(k * 7 + j * (k % 5 + 1)) % len(WORDS)] for j in range(12)) + f", {k} times"


def boolean(pair: tuple[str, str]):
    two = either(category(*pair), category(*(word for word in pair if word)), number(0, 1))
    return column(f"{pair[0]} or {pair[1] or 'nothing'}", lambda k: pair[k % 2], two)


# fmt: off
CASES = [
    *(boolean(pair) for pair in PAIRS),
    column("true and false in several spellings", lambda k: SPELLINGS[k % 5], either(category("true", "false"), category("TRUE", "FALSE"), category("True", "False"), number(0, 1), told)),
    column("categories in upper and lower case", lambda k: ("Male", "male", "Female")[k % 3], either(category("Male", "Female"), told)),
    column("categories with stray blanks", lambda k: ("Male", " Male", "Female ")[k % 3], category("Male", "Female")),
    column("categories with stray blanks in quotes", lambda k: quoted(("Male", " Male", "Female ")[k % 3]), category("Male", "Female")),
    column("categories with a no-break space", lambda k: ("Male", "Male\u00a0", "Female")[k % 3], either(category("Male", "Female"), told)),
    column("letters composed in two ways", lambda k: ("Ko\u0308ln", "K\u00f6ln", "Bonn")[k % 3], either(category("Köln", "Bonn"), told)),
    column("one word only", lambda k: "Norway", anything),
    column("mostly one word", some(lambda k: "Norway", "Chad", 40), category("Norway", "Chad")),
    column("free text, a third of it twice", lambda k: quoted(sentence(k)), FREE),
    column("free text", lambda k: quoted(sentence(k)), FREE, distinct=60),
    column("free text, some missing", some(lambda k: quoted(sentence(k)), ""), FREE, distinct=60),
    column("free text with line ends", lambda k: quoted(sentence(k).replace(",", "\n")), FREE, distinct=60),
    column("free text with web pages in it", lambda k: quoted(f'<p class="a">{sentence(k)}</p>\n<br>'), FREE, distinct=60),
    column("free text that ends in numbers", lambda k: f"Mr. Smith of house {k}", FREE, distinct=60),
    column("long words, each once", lambda k: str(uuid.UUID(int=k * 10**30)), FREE, distinct=60),
    column("short codes, each once", lambda k: f"A/5 {21171 + k}", FREE, distinct=60),
    column("codes of digits with zeros, each once", lambda k: f"{k:05d}", either(category(), left_out, told), distinct=60),
    column("e-mail addresses", lambda k: f"person{k}@example.org", FREE, distinct=60),
    column("addresses in the web", lambda k: f"https://example.org/{k}/a?b=c", FREE, distinct=60),
    column("names of files", lambda k: f"train/img_{k:04d}.png", FREE, distinct=60),
    column("lists", lambda k: quoted([k % 3, k % 2]), either(category(), told, left_out), refused=NAMED),
    column("vectors", lambda k: quoted([k / 7, k / 3, 1.0]), told, refused=NAMED),
    column("vectors without commas", lambda k: f"[{k / 7:.4f} {k / 3:.4f}]", told, refused=NAMED),
    column("JSON", lambda k: quoted(json.dumps({"id": k, "name": WORDS[k % 9]})), told, refused=NAMED),
    column("genres between bars", lambda k: ("Drama|War", "Drama", "War")[k % 3], either(category("Drama|War", "Drama", "War"), told)),
    column("a word that a spreadsheet reads as a date", lambda k: ("MAR1", "SEPT2", "DEC1")[k % 3], category("MAR1", "SEPT2", "DEC1")),
    column("a day of a month", lambda k: ("1-Mar", "2-Sep")[k % 2], category("1-Mar", "2-Sep")),
    column("country codes with Namibia", lambda k: ("NA", "DE", "FR")[k % 3], either(category("NA", "DE", "FR"), both(category("DE", "FR"), told))),
    column("the surname Null", some(lambda k: ("Smith", "Jones")[k % 2], "Null"), either(category("Smith", "Jones", "Null"), category("Smith", "Jones"))),
    column("a formula", lambda k: f"=A{k}+B{k}", told, refused=NAMED),
    column("emoji", lambda k: "🙂🙁"[k % 2], category("🙂", "🙁")),
    column("grades", lambda k: ("A+", "A", "A-", "B+")[k % 4], category("A+", "A", "A-", "B+")),
    column("plus and minus", lambda k: "+-"[k % 2], either(category("+", "-"), both(category("+"), told))),
    column("plus signs in threes", lambda k: ("+", "++", "+++")[k % 3], category("+", "++", "+++")),
    column("bits", lambda k: ("0b01", "0b10")[k % 2], category("0b01", "0b10")),
    column("bits with zeros before", lambda k: ("001", "010", "110")[k % 3], category("001", "010", "110")),
    column("Roman numbers", lambda k: ("I", "II", "IV")[k % 3], category("I", "II", "IV")),
    column("places on the earth", lambda k: f"48°{k:02d}'N", told, refused=NAMED),
    column("two numbers in one field", lambda k: quoted(f"48.{k:02d}, 11.{k:02d}"), told, refused=NAMED),
    column("blood pressures", lambda k: f"{110 + k}/{60 + k}", told, refused=NAMED),
    column("screens", lambda k: ("1920x1080", "1366x768")[k % 2], category("1920x1080", "1366x768")),
]
