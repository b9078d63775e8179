"""Addresses of record pages, as the contract names them."""

from crm.records.addresses import history_url, list_url, new_record_url, record_url


def test_a_record_has_its_page_and_its_history():
    assert record_url("CL", "a-1") == "/crm/CL/a-1/"
    assert history_url("CL", "a-1") == "/crm/CL/a-1/history/"


def test_what_an_id_may_hold_needs_no_quoting():
    assert record_url("CL", "a.b_c:d-9") == "/crm/CL/a.b_c:d-9/"


def test_parameters_are_quoted():
    assert list_url("CL") == "/crm/CL/"
    assert list_url("CL", {"_q": "ana & co"}) == "/crm/CL/?_q=ana+%26+co"
    assert new_record_url("AD", {"userId": "a-1"}) == "/crm/AD/new/?userId=a-1"
