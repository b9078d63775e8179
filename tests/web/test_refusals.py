"""What is refused before a view is asked."""

import pytest

ADDRESSES = [
    "/clusters/%00/",
    "/clusters/VI%00P/rule/",
    "/clusters/VIP/why/%00/",
    "/schema/%00/",
    "/schema/CL/fields/%00/",
    "/crm/%00/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_with_nul_is_not_found(browse, address):
    answer = browse.get(address)

    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_strangers_are_sent_to_sign_in_first(client, db):
    assert client.get("/clusters/%00/")["Location"].startswith("/sign-in/")
