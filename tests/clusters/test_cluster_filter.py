"""The one filter of all clusters: who is in any, in all or in none of them."""

import csv
import io
from urllib.parse import parse_qsl

import pytest
from django.http import QueryDict

from clusters import record_clusters
from clusters.catalogue import creating
from clusters.catalogue.changing import ClusterChange, change_cluster
from clusters.models import Cluster
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current
from crm.schema.models import Form

TIERS = {"choices": [{"value": "Gold", "label": "Ouro"}, {"value": "Silver", "label": "Prata"}]}


@pytest.fixture
def shop(define, admin):
    """Five records; clusters by hand, by rule and by tier."""
    define(code="Varchar 50", price="Decimal", tier=FieldDefinition("tier", "Choice", options=TIERS))
    for label in ("Dealers", "Staff"):
        creating.create_cluster(label, by=admin, entity="PT")
    creating.create_cluster("Dear", rule="price>100", by=admin, entity="PT")
    creating.create_tiers("tier", by=admin, entity="PT")
    model = current.models()["PT"]
    rows = [
        {"code": "A", "price": 150, "tier": "Gold", "Dealers": True, "Staff": True},
        {"code": "B", "price": 50, "tier": "Silver", "Dealers": True},
        {"code": "C", "price": 300},
        {"code": "D", "Staff": True},
        {"code": "E"},
    ]
    for row in rows:
        saving.create(model, row, by=admin)
    return model


def codes(response):
    return "".join(sorted(row.record.code for row in response.context["rows"]))


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("_in=Dealers", "AB"),
        ("_in=Dealers,Staff", "ABD"),
        ("_in=Dealers&_in=Staff", "A"),
        ("_in=Dealers,Dear&_in=Ouro,Prata", "AB"),
        ("_in=Dear", "AC"),
        ("_in=Ouro,Prata", "AB"),
        ("_not_in=Dealers", "CDE"),
        ("_not_in=Dealers,Dear", "DE"),
        ("_not_in=Dealers&_not_in=Dear", "DE"),
        ("_not_in=Ouro", "BCDE"),
        ("_in=Dealers,Staff&_not_in=Ouro", "BD"),
        ("_in=Dealers&price=>100", "A"),
        ("_in=Dealers&_where=price<100", "B"),
        ("_in=Dealers&_q=b", "B"),
        ("_in=&_not_in=", "ABCDE"),
        ("_in=Dealers,,%20Dealers,", "AB"),
    ],
)
def test_an_address_finds_who_is_in_any_in_all_or_in_none(browse, shop, question, found):
    response = browse.get("/crm/PT/?" + question)

    assert codes(response) == found
    assert response.context["listing"].count == len(found)


@pytest.mark.parametrize(
    "question", ["_in=Dealers,Staff", "_in=Dealers&_in=Staff", "_not_in=Dealers,Dear", "_in=Ouro&_where=price>1"]
)
def test_the_export_holds_what_the_list_shows(browse, shop, question):
    listed = codes(browse.get("/crm/PT/?" + question))

    file = browse.get(f"/worksheets/export/PT/file/?{question}&_column=code&_format=csv")

    rows = list(csv.reader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))
    assert "".join(sorted(row[0] for row in rows[1:])) == listed


@pytest.mark.parametrize("question", ["_in=Nobody", "_not_in=Dealers,Nobody", "_in=Dealers&_in=%00", "_in=" + "x" * 5000])
def test_an_unknown_cluster_is_refused_with_its_name(browse, shop, question):
    response = browse.get("/crm/PT/?" + question)

    assert response.status_code == 400
    assert "No cluster in use is called" in response.text


def test_an_archived_cluster_is_refused_as_one_that_is_not_there(browse, shop, admin):
    change_cluster(Cluster.objects.get(name="Staff"), ClusterChange(archived=True), by=admin)

    assert browse.get("/crm/PT/?_in=Staff").status_code == 400


def test_a_cluster_that_may_not_be_read_is_refused_as_one_that_is_not_there(browse, shop, monkeypatch):
    monkeypatch.setattr(record_clusters, "may", lambda who, verb, entity=None, field=None: field != "price")

    assert browse.get("/crm/PT/?_in=Dear").status_code == 400
    assert browse.get("/worksheets/export/PT/?_in=Dear").status_code == 400
    assert "Dear" not in browse.get("/crm/PT/?_pick=new").text


def chips(response):
    """Each chip's words, and what its link leaves of the address."""
    return {f"{chip.label}: {chip.text}": parse_qsl(chip.without[1:]) for chip in response.context["listing"].active}


def test_each_condition_is_a_chip_that_can_be_taken_off(browse, shop):
    response = browse.get("/crm/PT/?_in=Dealers,Staff,Dear&_not_in=Prata&_in=Dear&_in=Ouro")

    assert chips(response) == {
        "Clusters: in any of Dealers, Staff and 1 more": [("_in", "Dear"), ("_in", "Ouro"), ("_not_in", "Prata")],
        "Clusters: in all of Dear, Ouro": [("_in", "Dealers,Staff,Dear"), ("_not_in", "Prata")],
        "Clusters: not in Prata": [("_in", "Dealers,Staff,Dear"), ("_in", "Dear"), ("_in", "Ouro")],
    }


def test_the_filters_as_a_rule_find_the_same(browse, shop):
    asked = browse.get("/crm/PT/?_in=Dealers,Staff&_not_in=Ouro&_in=Prata")

    rule = asked.context["listing"].rule

    assert rule == "(Dealers=true OR Staff=true) AND tier=Silver AND NOT tier=Gold"
    assert codes(browse.get("/crm/PT/", {"_where": rule})) == codes(asked) == "B"


@pytest.mark.parametrize(
    ("sent", "address"),
    [
        ("_match=any&_cluster=Dealers&_cluster=Staff", "_in=Dealers,Staff"),
        ("_match=all&_cluster=Dealers&_cluster=Staff", "_in=Dealers&_in=Staff"),
        ("_match=none&_cluster=Dealers&_cluster=Staff", "_not_in=Dealers,Staff"),
        ("_match=none&_cluster=Dear&_not_in=Staff&_in=Dealers", "_in=Dealers&_not_in=Staff,Dear"),
        ("_match=any&_q=a", "_q=a"),
        ("_match=any&_cluster=Dear&_cluster=Dear&_sort=code ASC", "_sort=code ASC&_in=Dear"),
    ],
)
def test_what_a_form_sends_becomes_the_address_of_the_contract(browse, shop, sent, address):
    response = browse.get(f"/crm/PT/?_typed=1&{sent}")

    assert response.status_code == 302
    assert QueryDict(response.url.partition("?")[2]) == QueryDict(address)


def test_a_form_with_another_match_is_refused(browse, shop):
    assert browse.get("/crm/PT/?_typed=1&_match=most&_cluster=Dealers").status_code == 400
    assert browse.get("/crm/PT/?_cluster=Dealers").status_code == 400


def test_the_picker_counts_each_cluster_and_opens_the_condition_to_be_changed(browse, shop):
    response = browse.get("/crm/PT/?_in=Dealers,Dear&_not_in=Ouro&_pick=0&_counts=1")

    filters = response.context["filters"]
    boxes = {box.name: (box.count, box.is_ticked) for box in filters.clusters.picker.boxes}
    assert boxes == {"Dealers": (2, True), "Staff": (2, False), "Dear": (2, True), "Ouro": (1, False), "Prata": (1, False)}
    assert filters.clusters.picker.match == "any"
    assert filters.kept == [("_not_in", "Ouro")]


def test_the_clusters_are_asked_for_when_the_filter_is_opened_and_counted_afterwards(browse, shop):
    page = browse.get("/crm/PT/?_in=Dealers")
    fragment = browse.get("/crm/clusters/PT/" + page.context["filters"].clusters.address)
    counts = browse.get("/crm/clusters/PT/" + fragment.context["picker"].counting)

    assert 'class="picker-list"' not in page.text
    assert 'value="Dealers" checked' in fragment.text
    assert {box.count for box in fragment.context["picker"].boxes} == {None}
    assert '<span class="count" id="count-Dealers" hx-swap-oob="true">2</span>' in counts.text
    assert page.context["filters"].clusters.kept == [("_in", "Dealers")]
    assert page.context["filters"].kept == []


def test_saved_addresses_with_a_clusters_field_still_work(browse, shop):
    assert codes(browse.get("/crm/PT/?Dealers=true&Dear=false")) == "B"


def test_a_form_may_leave_the_filter_out_and_addresses_still_have_it(browse, shop):
    form = Form.objects.get(entity__acronym="PT", is_default=True)
    form.design["filters"] = []
    form.save()

    assert browse.get("/crm/PT/").context["filters"].clusters is None
    assert browse.get("/crm/PT/?_in=Dealers").context["filters"].clusters.summary == "in Dealers"


@pytest.mark.parametrize(
    "question", ["_pick=99999", "_pick=-1", "_pick=%00", "_pick=new&_in=Nobody,%00", "_pick=0&_in=Nobody&_counts=1"]
)
def test_strange_questions_for_the_picker_open_one_with_nothing_unknown(browse, shop, question):
    found = browse.get("/crm/clusters/PT/?" + question)

    assert found.status_code == 200
    assert [box.name for box in found.context["picker"].boxes if box.is_ticked] == []


def test_the_form_of_a_refused_list_passes_on_the_clusters_that_are_known(browse, shop):
    response = browse.get("/crm/PT/?_in=Dealers,Nobody&_not_in=Nobody&_pick=new")

    assert response.status_code == 400
    assert response.context["filters"].kept == [("_in", "Dealers")]
