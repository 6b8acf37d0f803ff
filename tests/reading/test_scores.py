import pytest

from semisup.reading import scores


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("", "", 0),
        ("seven", "", 5),
        ("", "ten", 3),
        ("kitten", "sitting", 3),
        ("구십", "십구", 2),
        ("seven", "seven", 0),
    ],
)
def test_edits_are_those_of_levenshtein(one, other, distance):
    assert scores.edits(one, other) == scores.edits(other, one) == distance


def test_a_text_counts_as_a_whole_and_a_symbol_by_itself():
    said, true = ["one", "two", "sex"], ["one", "two", "six"]
    assert scores.whole_texts(said, true) == pytest.approx(2 / 3)
    assert scores.symbol_error_rate(said, true) == pytest.approx(1 / 9)
