"""Limits of an import, as they are written."""

import pytest

from crm.worksheets.errors import InvalidMapping
from crm.worksheets.mapping.limit import Limit


@pytest.mark.parametrize("text", ["150%", "100,01 %", "1000%"])
def test_a_share_of_more_than_everything_is_refused(text):
    with pytest.raises(InvalidMapping, match="at most 100%"):
        Limit.parse(text)


def test_a_share_may_be_everything_and_a_number_anything():
    assert not Limit.parse("100%").is_exceeded(7, of=7)
    assert Limit.parse("150").is_exceeded(151, of=1)
