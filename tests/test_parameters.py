"""Parameters of requests are bounded, whatever they hold."""

import pytest
from django.http import QueryDict

from crm.parameters import number_parameter, text_parameter


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=Ana", "Ana"),
        ("q=+Ana++L+", "Ana  L"),
        ("q=a%00b", "ab"),
        ("q=abcdefghij", "abcdefgh"),
        ("other=Ana", ""),
    ],
)
def test_text_is_cut_and_clean(query, expected):
    assert text_parameter(QueryDict(query), "q", longest=8) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("0", 0), ("42", 42), ("9" * 18, 10**18 - 1), ("9" * 19, 7), ("9" * 5000, 7), ("%C2%B2", 7), ("-1", 7), ("1_0", 7), ("", 7)],
)
def test_numbers_are_ascii_digits_that_fit(typed, expected):
    assert number_parameter(QueryDict(f"n={typed}"), "n", 7) == expected


def test_a_number_that_is_missing_is_none():
    assert number_parameter(QueryDict(), "n") is None
