"""Which headers repeat another, where a file also gives numbered ones."""

import pytest

from crm.worksheets.formats.repeated_headers import originals, told_apart


@pytest.mark.parametrize(
    ("given", "apart", "repeated"),
    [
        (["X", "X", "X"], ["X", "X (2)", "X (3)"], ["X", "X", "X"]),
        (["X", "X", "X (2)"], ["X", "X (3)", "X (2)"], ["X", "X", "X (2)"]),
        (["X (2)", "X", "x"], ["X (2)", "X", "x (3)"], ["X (2)", "X", "x"]),
        (["X", "X (5)"], ["X", "X (5)"], ["X", "X (5)"]),
        (["X", "X", "X (2)", "X (2)"], ["X", "X (3)", "X (2)", "X (2) (2)"], ["X", "X", "X (2)", "X (2)"]),
    ],
)
def test_repeats_are_told_from_headers_that_were_given_so(given, apart, repeated):
    assert told_apart(given) == apart
    assert originals(apart) == repeated
