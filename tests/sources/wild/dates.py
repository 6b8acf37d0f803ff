"""Columns of dates and times."""
# ruff: noqa: E501 one case a line

import datetime
from collections.abc import Callable

from .checks import both, category, date, either, number, told
from .write import column, some

FIRST = datetime.datetime(2023, 12, 20, 8, 30)
LOW, HIGH = "2023-12-20", "2024-01-28"
DAYS = date(LOW, HIGH)
NEAR = date(LOW, HIGH, hours=48)
NAMED = ("gauge",)
MONTHS = [f"2024-{m:02d}" for m in range(1, 5)]


def day(k: int) -> datetime.datetime:
    return FIRST + datetime.timedelta(days=k)


def written(pattern: str) -> Callable[[int], str]:
    return lambda k: day(k).strftime(pattern)


def unpadded(k: int) -> str:
    return f"{day(k).year}-{day(k).month}-{day(k).day}"


# fmt: off
CASES = [
    column("ISO days", written("%Y-%m-%d"), DAYS),
    column("ISO times", written("%Y-%m-%dT%H:%M:%S"), date(f"{LOW}T08:30", f"{HIGH}T08:30")),
    column("ISO times with a blank", written("%Y-%m-%d %H:%M:%S"), date(f"{LOW}T08:30", f"{HIGH}T08:30")),
    column("ISO times to the minute", written("%Y-%m-%d %H:%M"), date(f"{LOW}T08:30", f"{HIGH}T08:30")),
    column("ISO times of a database", written("%Y-%m-%d %H:%M:%S.123456"), date(f"{LOW}T08:30", f"{HIGH}T08:30")),
    column("ISO times in Greenwich", written("%Y-%m-%dT%H:%M:%SZ"), date(f"{LOW}T08:30", f"{HIGH}T08:30")),
    column("ISO times with a zone", written("%Y-%m-%dT%H:%M:%S+02:00"), NEAR),
    column("ISO times in winter and summer", lambda k: f"{day(k):%Y-%m-%dT%H:%M:%S}+0{1 + k % 2}:00", NEAR),
    column("days with slashes, year first", written("%Y/%m/%d"), either(DAYS, told)),
    column("days without zeros", unpadded, either(DAYS, told)),
    column("days first, points", written("%d.%m.%Y"), either(DAYS, told)),
    column("days first, slashes", written("%d/%m/%Y"), either(DAYS, told)),
    column("months first, slashes", written("%m/%d/%Y"), either(DAYS, told)),
    column("months first, with a time of twelve hours", written("%m/%d/%Y %I:%M %p"), either(NEAR, told)),
    column("days first, two digits of the year", written("%d.%m.%y"), either(DAYS, told)),
    column("days or months first", lambda k: f"0{k % 9 + 1}/0{k % 7 + 1}/2024", told),
    column("names of months", written("%d-%b-%Y"), either(DAYS, told)),
    column("SAS's days", lambda k: f"{day(k):%d%b%Y}".upper(), either(DAYS, told)),
    column("names of months, American", lambda k: f'"{day(k):%b %d, %Y}"', either(DAYS, told)),
    column("e-mail's dates", lambda k: f'"{day(k):%a, %d %b %Y %H:%M:%S} GMT"', either(NEAR, told)),
    column("days in one number", written("%Y%m%d"), either(DAYS, number(20231220, 20240128))),
    column("several ways to write a day", lambda k: f"{day(k):%Y-%m-%d}" if k % 2 else f"{day(k):%d.%m.%Y}", told, refused=NAMED),
    column("a zero date", some(written("%Y-%m-%d"), "0000-00-00"), both(DAYS, told)),
    column("a day that is none", some(written("%Y-%m-%d"), "2024-02-30", 40), both(DAYS, told)),
    column("a word among days", some(written("%Y-%m-%d"), "unknown"), either(DAYS, told)),
    column("a stray text among days", some(written("%Y-%m-%d"), "ask Ann", 40), either(both(DAYS, told), told)),
    column("empty among days", some(written("%Y-%m-%d"), ""), DAYS),
    column("the end of all days", some(written("%Y-%m-%d"), "9999-12-31"), either(date(LOW, "9999-12-31"), told)),
    column("before 1970", lambda k: f"{1890 + k}-05-01", date("1890-05-01", "1929-05-01")),
    column("before 1677", lambda k: f"{1500 + k}-05-01", either(date("1500-05-01", "1539-05-01"), told)),
    column("Excel's day numbers", lambda k: 45280 + k, number(45280, 45319)),
    column("years", lambda k: 1980 + k, either(number(1980, 2019), date("1980-01-01", "2019-01-01"))),
    column("years and months", lambda k: MONTHS[k % 4], either(category(*MONTHS), date("2024-01-01", "2024-04-01"))),
    column("quarters", lambda k: f"2024Q{k % 4 + 1}", either(category(*(f"2024Q{q}" for q in range(1, 5))), date("2024-01-01", "2024-10-01"))),
    column("times of day", lambda k: f"{k % 24:02d}:30", either(number(30, 1410), number(1800, 84600), told), refused=NAMED),
    column("times of day with a date of today", lambda k: f"{k % 24:02d}:30:15", either(number(1815, 84615), told), refused=NAMED),
    column("durations beyond a day", lambda k: f"{k + 10}:15:00", either(number(36900, 177300), told), refused=NAMED),
    column("seconds since 1970", lambda k: 1703060000 + k * 86400, either(number(1703060000, 1706429600), NEAR)),
    column("milliseconds since 1970", lambda k: (1703060000 + k) * 1000, number(1703060000000, 1703060039000)),
    column("days of the week", lambda k: f"{day(k):%A}", category(*(f"{day(k):%A}" for k in range(7)))),
    column("weeks", lambda k: f"2024-W{k % 4 + 1:02d}", either(category(*(f"2024-W0{w}" for w in range(1, 5))), told, date("2024-01-01", "2024-01-22"))),
]
