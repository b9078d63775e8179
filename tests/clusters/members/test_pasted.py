"""Lists of people as they are pasted."""

import pytest

from clusters.members.pasted import MOST, read_list
from clusters.members.selecting import InvalidSelection
from crm.schema.generated import current

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "field", "keys"),
    [
        ("ana@example.com\nbia@example.com", "email", ["ana@example.com", "bia@example.com"]),
        ("ana@example.com; bia@example.com", "email", ["ana@example.com", "bia@example.com"]),
        ("ana@example.com, bia@example.com", "email", ["ana@example.com", "bia@example.com"]),
        ("ana@example.com\r\nana@example.com\r\n", "email", ["ana@example.com"]),
        ("529.982.247-25\n11222333000181", "document", ["52998224725", "11222333000181"]),
        ("529.982.247-25\n11144477735\npedido 7", "document", ["52998224725", "11144477735", "pedido 7"]),
        ("abc-1\nabc-2\nabc-3", "id", ["abc-1", "abc-2", "abc-3"]),
        ("ana@example.com\nSomebody", "email", ["ana@example.com", "Somebody"]),
    ],
)
def test_most_lines_say_what_all_are(text, field, keys):
    found = read_list(text, current.entity("CL"))

    assert (found.field, found.keys) == (field, keys)


@pytest.mark.parametrize("text", ["", "  \n \n", ";;;"])
def test_nobody_is_refused(text):
    with pytest.raises(InvalidSelection, match="Nobody is in the list"):
        read_list(text, current.entity("CL"))


def test_more_than_a_worksheets_worth_is_refused():
    with pytest.raises(InvalidSelection, match="import it as a worksheet"):
        read_list("\n".join(map(str, range(MOST + 1))), current.entity("CL"))
