"""Lists of people as they are pasted."""

import pytest

from clusters.errors import InvalidSelection
from clusters.members.pasted import MOST, read_list


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("ana@example.com\nbia@example.com", ["ana@example.com", "bia@example.com"]),
        ("ana@example.com; bia@example.com", ["ana@example.com", "bia@example.com"]),
        ("ana@example.com, bia@example.com", ["ana@example.com", "bia@example.com"]),
        ("ana@example.com\r\nana@example.com\r\n", ["ana@example.com"]),
        ("529.982.247-25\nabc-1\n ana@example.com", ["529.982.247-25", "abc-1", "ana@example.com"]),
    ],
)
def test_keys_are_read_as_they_were_written_each_once(text, keys):
    assert read_list(text).keys == keys


@pytest.mark.parametrize("text", ["", "  \n \n", ";;;"])
def test_nobody_is_refused(text):
    with pytest.raises(InvalidSelection, match="Nobody is in the list"):
        read_list(text)


def test_more_than_a_worksheets_worth_is_refused():
    with pytest.raises(InvalidSelection, match="import it as a worksheet"):
        read_list("\n".join(map(str, range(MOST + 1))))
