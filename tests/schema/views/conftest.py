"""What pages of plans hold."""

import re

import pytest


@pytest.fixture
def confirmed(browse):
    """The hidden digest that a page of a plan holds."""

    def found(address: str) -> str:
        return re.search(r'name="confirmed" value="([0-9a-f]*)"', browse.get(address).text)[1]

    return found
