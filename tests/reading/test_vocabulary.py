import numpy as np
import pytest

from semisup.errors import InputError
from semisup.reading import vocabulary

KOREAN = "영일이삼사오육칠팔구"
# fmt: off
ENGLISH = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]
TENS = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
]
# fmt: on


def korean(number):
    """A digit, unless it is 0 or a 1 before a power of ten, and the power of ten."""
    written = ""
    for power, name in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
        digit = number // power % 10
        if digit:
            written += ("" if digit == 1 and name else KOREAN[digit]) + name
    return written or "영"


def english(number):
    parts = []
    for power, name in ((1000, "thousand"), (100, "hundred")):
        if number >= power:
            parts += [ENGLISH[number // power], name]
            number %= power
    if number >= 20:
        parts.append("-".join([TENS[number // 10 - 2], *([ENGLISH[number % 10]] if number % 10 else [])]))
    elif number or not parts:
        parts.append(ENGLISH[number])
    return " ".join(parts)


@pytest.mark.parametrize(("language", "rule"), [("korean", korean), ("english", english)])
def test_all_readings_agree_with_an_independent_rule(language, rule):
    assert [vocabulary.reading(number, language) for number in range(10_000)] == [rule(n) for n in range(10_000)]


@pytest.mark.parametrize("language", ["english", "korean"])
def test_the_alphabet_has_all_symbols_of_all_readings_and_no_other(language):
    assert set(vocabulary.alphabet(language)) == set("".join(vocabulary.reading(n, language) for n in range(10_000)))


@pytest.mark.parametrize("language", ["english", "korean"])
def test_texts_come_back_from_their_symbols(language):
    texts = [vocabulary.reading(number, language) for number in (0, 7, 342, 1001, 9999)]
    rows = vocabulary.to_symbols(texts, language)
    assert rows.shape == (5, max(map(len, texts)) + 1)
    assert vocabulary.to_texts(rows, language) == texts
    np.testing.assert_array_equal(vocabulary.before(rows)[:, 0], vocabulary.START)
    np.testing.assert_array_equal(vocabulary.before(rows)[:, 1:], rows[:, :-1])


@pytest.mark.parametrize(
    ("text", "told"), [("sev€n", "found '€' in 'sev€n'"), ("", "found 0 in ''"), ("seventeen", "to 5 symbols, found 9")]
)
def test_texts_that_cannot_be_written_are_refused(text, told):
    with pytest.raises(InputError, match=f"^text: expected .*{told}"):
        vocabulary.to_symbols([text], "english", length=6)


@pytest.mark.parametrize(("images", "count"), [(2, 90), (3, 900), (4, 9000)])
def test_test_numbers_are_not_trained_with_and_every_digit_is_trained_in_every_place(images, count):
    train, test = vocabulary.numbers(images)
    assert len(test) == count // 5
    np.testing.assert_array_equal(np.sort(np.concatenate([train, test])), np.arange(count // 9, 10 * count // 9))
    digits = vocabulary.digits(train, images)
    for place in range(images):
        assert set(digits[:, place]) == set(range(place == 0, 10))
    assert ["".join(map(str, row)) for row in digits] == list(map(str, train))


def test_korean_is_printed_in_latin_letters():
    assert vocabulary.printable("삼백사십이") == "sam-baek-sa-sip-i"
    assert vocabulary.printable("forty-two") == "forty-two"
