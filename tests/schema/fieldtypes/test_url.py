import pytest

from crm.schema.fieldtypes import InvalidValue
from crm.schema.fieldtypes.url import URL

KIND = URL()
GOOD = [
    "https://example.com",
    "http://example.com.br/a/b?c=d&e=f#g",
    "https://exãmple.com/ç",
    "http://localhost:8000/x",
    "https://[::1]/",
]
BAD = [
    "example.com",
    "/page",
    "javascript:alert(1)",
    "ftp://example.com",
    "https://",
    "https://a b.com",
    "https://x/" + "y" * 750,
]


@pytest.mark.parametrize("address", GOOD)
def test_an_absolute_address_is_kept_as_it_is_written(definition, address):
    assert KIND.clean(f" {address} ", definition("URL")) == address


@pytest.mark.parametrize("address", BAD)
def test_what_is_none_is_refused(definition, address):
    with pytest.raises(InvalidValue):
        KIND.clean(address, definition("URL"))


def test_a_column_is_judged_as_its_cells_are(convert):
    values, refusals = convert(KIND, [*GOOD, "", *BAD])

    assert values == [*GOOD, None, *[None] * len(BAD)]
    assert [cell for _place, cell in refusals] == BAD
