"""Columns of numbers as instruments, banks and spreadsheets write them. `told` is right where one may differ."""
# ruff: noqa: E501 one case a line

from .checks import anything, category, either, left_out, number, told
from .write import column, quoted, some

HALVES = number(0.5, 39.5)
THOUSANDS = number(1234.5, 40234.5)
COUNT = number(0, 39)
FEW = ["0-10", "10-20", "20-30", "30-40"]
BOTH_SIGNS = number(-39.5, 38.5)
NAMED = ("gauge",)


def signed(k: int, pattern: str) -> str:
    return pattern.format(f"{k}.5") if k % 2 else f"{k}.5"


# fmt: off
CASES = [
    column("plain decimal points", lambda k: f"{k}.5", HALVES),
    column("all fields quoted", lambda k: quoted(f"{k}.5"), HALVES),
    column("blanks around numbers", lambda k: f"  {k}.5 ", HALVES),
    column("decimal comma", lambda k: f"{k},5", HALVES, ";", told=("gauge|comma",)),
    column("decimal comma in quotes", lambda k: quoted(f"{k},5"), HALVES, told=("gauge|comma",)),
    column("decimal comma in a few fields", lambda k: f"{k},5" if k in (0, 39) else k, number(0.5, 39.5), ";"),
    column("decimal comma and decimal point mixed", lambda k: f"{k},5" if k % 2 else f"{k}.5", told, ";", refused=NAMED),
    column("decimal comma, thousands point", lambda k: f"{k + 1}.234,5", THOUSANDS, ";", told=("gauge|comma",)),
    column("decimal point, thousands comma", lambda k: quoted(f"{k + 1},234.5"), THOUSANDS),
    column("millions with commas", lambda k: quoted(f"{k + 1},234,567"), number(1234567, 40234567)),
    column("thousands with commas only", lambda k: quoted(f"{k + 1},234"), either(number(1234, 40234), told)),
    column("thousands with commas, some below", lambda k: quoted(f"{k * 50:,}"), number(0, 1950)),
    column("millions with points", lambda k: f"{k + 1}.234.567", number(1234567, 40234567), ";"),
    column("thousands with points only", lambda k: f"{k + 1}.234", either(number(1.234, 40.234), told), ";"),
    column("thousands with a blank", lambda k: f"{k + 1} 234,5", THOUSANDS, ";"),
    column("thousands with a no-break space", lambda k: f"{k + 1}\u00a0234.5", THOUSANDS),
    column("thousands with a narrow no-break space", lambda k: f"{k + 1}\u202f234,5", THOUSANDS, ";"),
    column("Swiss thousands", lambda k: f"{k + 1}'234.5", THOUSANDS),
    column("Swiss thousands, curly", lambda k: f"{k + 1}’234.5", either(THOUSANDS, told)),
    column("Indian thousands", lambda k: quoted(f"{k + 10},34,567"), either(number(1034567, 4934567), told)),
    column("per cent", lambda k: f"{k}.5%", either(HALVES, number(0.005, 0.395))),
    column("per cent with comma and blank", lambda k: f"{k},5 %", either(HALVES, number(0.005, 0.395)), ";"),
    column("dollars", lambda k: quoted(f"${k + 1},234.50"), THOUSANDS),
    column("euros behind", lambda k: f"{k + 1}.234,50 €", THOUSANDS, ";"),
    column("pounds before, with a blank", lambda k: f"£ {k}.50", HALVES),
    column("currency code", lambda k: f"USD {k}.50", either(HALVES, told)),
    column("dollars below zero", lambda k: signed(k, "-${}"), BOTH_SIGNS),
    column("dollars below zero, sign inside", lambda k: signed(k, "$-{}") if k % 2 else f"${k}.5", BOTH_SIGNS),
    column("parentheses below zero", lambda k: signed(k, "({})"), either(BOTH_SIGNS, told), refused=NAMED),
    column("minus behind", lambda k: signed(k, "{}-"), either(BOTH_SIGNS, told), refused=NAMED),
    column("typographic minus", lambda k: signed(k, "\u2212{}"), either(BOTH_SIGNS, told), refused=NAMED),
    column("plus before", lambda k: f"+{k}.5", HALVES),
    column("no zero before the point", lambda k: ".5" if k == 0 else f"{k}.5", HALVES),
    column("point at the end", lambda k: f"{k}.", COUNT),
    column("scientific", lambda k: f"{k}.5E+03", number(500, 39500)),
    column("scientific with comma", lambda k: f"{k},5E+03", number(500, 39500), ";"),
    column("Fortran's exponent", lambda k: f"{k}.5D+03", either(number(500, 39500), told), refused=NAMED),
    column("very small", lambda k: f"{k + 1}e-30", number(1e-30, 4e-29)),
    column("hexadecimal", lambda k: hex(k), either(COUNT, told), refused=NAMED),
    column("below the detection limit, few", some(lambda k: f"{k}.5", "<0.1"), told, refused=NAMED),
    column("below the detection limit, a third", some(lambda k: f"{k}.5", "<0.1", 3), told, refused=NAMED),
    column("above the range", some(lambda k: f"{k}.5", ">100"), told, refused=NAMED),
    column("one stray text", some(lambda k: f"{k}.5", "see note", 40), told),
    column("footnotes", some(lambda k: f"{k}.5", "7.5*"), either(HALVES, told), refused=NAMED),
    column("footnotes in brackets", some(lambda k: f"{k}.5", "7.5[1]", 4), either(HALVES, told), refused=NAMED),
    column("a unit", lambda k: f"{k}.5 kg", either(HALVES, told), refused=NAMED),
    column("a unit without a blank", lambda k: f"{k}.5cm", either(HALVES, told), refused=NAMED),
    column("two units", lambda k: f"{k}.5 kg" if k % 2 else f"{k}00 g", told, refused=NAMED),
    column("degrees", lambda k: f"{k}.5°C", either(HALVES, told), refused=NAMED),
    column("feet and inches", lambda k: f"5'{k % 12}", told, refused=NAMED),
    column("thousands as K and M", lambda k: f"{k}.5M" if k % 2 else f"{k}.5K", either(number(500, 39.5e6), told)),
    column("plus or minus", lambda k: f"{k}.5±0.2", told, refused=NAMED),
    column("ranges", lambda k: FEW[k % 4], category(*FEW)),
    column("fractions", lambda k: ("1/2", "3/4", "2/3")[k % 3], category("1/2", "3/4", "2/3")),
    column("sizes of clothes", lambda k: ("S", "M", "L", "XL")[k % 4], category("S", "M", "L", "XL")),
    column("postal codes", lambda k: ("02139", "10001", "94105")[k % 3], category("02139", "10001", "94105")),
    column("postal codes, one with a zero", some(lambda k: 10001 + k % 5, "02139", 40), category(*map(str, range(10001, 10006)), "02139")),
    column("postal codes that Excel keeps", lambda k: ('="00123"', '="04567"')[k % 2], either(category(), told)),
    column("numbers that are zero-padded", lambda k: f"{k:03d}.5", either(HALVES, told)),
    column("Excel's apostrophe before numbers", lambda k: f"'{k}.5", either(HALVES, told), refused=NAMED),
    column("identifiers beyond 2^53", lambda k: 2**53 + k, either(category(), left_out, told)),
    column("card numbers of 16 digits, close together", lambda k: 9999_1234_5678_0001 + k, either(category(), left_out, told)),
    column("numbers of 25 digits", lambda k: f"{k + 1}" + "0" * 24, either(number(1e24, 40e24), told)),
    column("telephone numbers", lambda k: f"+49 151 {100 + k} 200", told, refused=NAMED),
    column("IP addresses", lambda k: f"192.168.1.{k % 4}", category(*(f"192.168.1.{k}" for k in range(4)))),
    column("IP addresses like thousands", lambda k: f"192.168.100.{200 + k % 4}", category(*(f"192.168.100.{k}" for k in range(200, 204)))),
    column("versions", lambda k: ("1.2.3", "1.10.0")[k % 2], category("1.2.3", "1.10.0")),
    column("codes like exponents", lambda k: ("12E4", "7F1", "3D2")[k % 3], category("12E4", "7F1", "3D2")),
    column("infinite", some(lambda k: f"{k}.5", "inf"), told, refused=NAMED),
    column("too large for single precision", some(lambda k: f"{k}.5", "1e300"), either(told, number(0.5, 1e300)), refused=NAMED),
    column("full-width digits", lambda k: "".join(chr(ord(d) + 0xFEE0) for d in str(k)), either(COUNT, told)),
    column("half numbers, half words", lambda k: k if k % 2 else ("low", "high")[k // 2 % 2], told, refused=NAMED),
    column("levels written as numbers", lambda k: k % 3, either(number(0, 2), category("0", "1", "2"))),
    column("a constant number", lambda k: 7, either(left_out, number(7, 7), anything)),
]
