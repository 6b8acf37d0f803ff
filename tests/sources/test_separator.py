import time

import pytest

from semisup.sources.separator import dialect


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n3,4\n", ","),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("a\tb, c\n1\t2\n", "\t"),
        ('a,b\n"x; y; z",1\n"; ;",2\n', ","),
        ("a  b   c\n 1 2  3\n10 20 30 \n", " "),
        ("a, b\n1, 2\n", ","),
        ("a\n1\n2\n", ","),
        ("", ","),
        ("one line; cut", ";"),
    ],
)
def test_what_divides_most_lines_alike_is_the_separator(text, expected):
    assert dialect(text.splitlines(keepends=True)).separator == expected


@pytest.mark.parametrize("text", [',"a' * 20_000, '"a";' * 3 + "\n" * 60_000, ',"' * 30_000, '"a,\n' * 16_000])
def test_text_that_takes_the_sniffer_of_the_standard_library_a_minute_takes_none(text):
    start = time.process_time()
    dialect(text.splitlines(keepends=True))
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("row", "quote", "escaped"),
    [
        ('"a, b",1', '"', False),
        ("'a, b',1", "'", False),
        ('"a \\"b\\", c",1', '"', True),
        ('"C:\\",1', '"', False),
        ("a's,1", '"', False),
    ],
)
def test_quotes_are_guessed(row, quote, escaped):
    found = dialect(["name,n\n"] + [row + "\n"] * 5)
    assert found == (",", quote, escaped)
