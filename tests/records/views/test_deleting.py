"""Deleting a record: it is gone wherever one looks, what it takes along is confirmed, and it can come back."""

import pytest

from crm.records.writing import saving
from crm.schema.generated import current


@pytest.fixture
def ana(customers, admin):
    return saving.create(customers, {"firstName": "Ana", "email": "ana@example.com"}, by=admin, record_id="ana")


def test_r45_a_deleted_record_is_gone_everywhere_and_can_be_restored(browse, customers, ana):
    after = browse.post("/crm/CL/ana/delete/", follow=True)

    assert after.context["listing"].count == 0
    assert 'action="/crm/CL/ana/restore/"' in after.text
    assert not customers.objects.exists()
    assert browse.get("/crm/CL/ana/").status_code == 404
    assert browse.get("/crm/CL/?_q=ana").context["listing"].count == 0

    browse.post("/crm/CL/ana/restore/")

    assert browse.get("/crm/CL/ana/").context["record"].email == "ana@example.com"


def test_r45_what_would_go_along_is_counted_and_confirmed_first(browse, customers, ana, admin):
    addresses = current.models()["AD"]
    saving.create(addresses, {"userId": "ana", "street": "Rua A"}, by=admin)

    asked = browse.post("/crm/CL/ana/delete/")
    kept = (customers.objects.count(), addresses.objects.count())
    browse.post("/crm/CL/ana/delete/", {"with_referring": "yes"})

    assert (asked.status_code, kept) == (409, (1, 1))
    assert (customers.objects.count(), addresses.objects.count()) == (0, 0)


def test_r45_deleting_is_one_click_away_from_no_page_but_the_record_s_own(browse, ana):
    pages = {address: browse.get(address).text for address in ("/crm/CL/", "/crm/CL/ana/", "/crm/CL/ana/history/")}

    assert [address for address, page in pages.items() if "/crm/CL/ana/delete/" in page] == ["/crm/CL/ana/"]
