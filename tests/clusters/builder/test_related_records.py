"""Conditions on records that refer to customers, and on those that a record points to, built without scripts."""

import re

import pytest

from clusters import membership
from clusters.catalogue import creating
from clusters.models import Cluster
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current
from tests.clusters.builder.sent_form import inputs

pytestmark = pytest.mark.django_db
NEW = "/clusters/new/"


@pytest.fixture
def homes(spenders, operator):
    """Ana has an address in RJ and one in SP, Bia one in SP, Caio none."""
    people = {person.firstName: person.pk for person in spenders.objects.all()}
    for name, state in (("Ana", "RJ"), ("Ana", "SP"), ("Bia", "SP")):
        saving.create(current.models()["AD"], {"userId": people[name], "state": state}, by=operator)
    return people


@pytest.fixture
def orders(define, homes, operator):
    """Of Ana, Ana and Bia."""
    owner = FieldDefinition("buyer", "Relationship", options={"entity": "CL", "display": "email"})
    model = define("OD", total="Decimal", status="Varchar 10", buyer=owner)
    for name, total in (("Ana", 300), ("Ana", 250), ("Bia", 900)):
        saving.create(model, {"buyer": homes[name], "total": total, "status": "paid"}, by=operator)
    return model


@pytest.fixture
def press(manager_client):
    """Presses a button of the page with these inputs changed, `value_0_1` for `b-value-0.1`, and returns the page that comes."""

    def pressed(page: str, act: str, **changed: str) -> str:
        named = {f"b-{name.replace('_', '-', 1).replace('_', '.')}": value for name, value in changed.items()}
        return manager_client.get(NEW, {**inputs(page), "label": "x", **named, "b-act": act}).content.decode()

    return pressed


def test_a_condition_on_addresses_is_built_and_saved(homes, manager_client, press):
    page = press(manager_client.get(NEW).content.decode(), "add:0", new_0="AD")
    assert inputs(page)["rule"] == "has(AD)"
    assert "2 remain" in page

    page = press(page, "add:0.0", new_0_0="state")
    page = press(page, "show", value_0_0_0="RJ")
    assert inputs(page)["rule"] == "has(AD where state=RJ)"
    assert "1 remains" in page
    assert "holds for 1" in page

    manager_client.post(NEW, {**inputs(page), "label": "Of Rio"})
    assert membership.rule_text(Cluster.objects.get()) == "has(AD where state=RJ)"


def test_who_has_none_is_one_choice_away(homes, press, manager_client):
    page = press(manager_client.get(NEW).content.decode(), "add:0", new_0="AD")

    page = press(page, "show", function_0_0="none")

    assert inputs(page)["rule"] == "NOT has(AD)"
    assert "1 remains" in page


def test_a_sum_of_orders_asks_for_its_field_and_its_value(orders, press, manager_client):
    page = press(manager_client.get(NEW).content.decode(), "add:0", new_0="OD")
    page = press(page, "show", function_0_0="sum")
    assert "Fill in the value of “Parts”" in manager_client.post(NEW, {**inputs(page), "label": "Big"}).content.decode()

    page = press(page, "show", of_0_0="total")
    page = press(page, "add:0.0", new_0_0="status", op_0_0="gt", value_0_0="500")
    page = press(page, "show", value_0_0_0="paid")

    assert inputs(page)["rule"].startswith("sum(OD.total where status=paid)>500")
    assert "2 remain" in page


def test_half_of_a_condition_on_related_records_is_never_saved(orders, manager_client, press):
    page = press(manager_client.get(NEW).content.decode(), "add:0", new_0="OD")
    page = press(page, "add:0.0", new_0_0="status")

    answer = manager_client.post(NEW, {**inputs(page), "label": "Buyers"})

    assert answer.status_code == 422
    assert "Fill in the value of “status”" in answer.content.decode()
    assert not Cluster.objects.exists()


@pytest.mark.parametrize("language", ["en", "pt-br"])
@pytest.mark.parametrize(
    "rule",
    [
        "has(AD where state=SP)",
        "NOT has(AD) AND state=SP",
        "count(OD where createdIn>now-365d)>=3",
        "sum(OD.total where status=paid)>500 OR has(AD)",
        "sum(OD.total)>1500",
        "min(OD.total by buyer) is null",
        "max(OD.createdIn)>now-30d",
        "avg(OD.total)>2.5",
        "has(AD where userId.state=SP)",
        "count(AD) between 1 and 2",
    ],
)
def test_related_rule_saved_unchanged_stays_as_it_was(orders, manager_client, operator, rule, language):
    cluster, spoken = creating.create_cluster("Rich", rule=rule, by=operator), {"accept-language": language}
    before = membership.rule_text(cluster)
    page = manager_client.get("/clusters/Rich/rule/", headers=spoken).content.decode()
    assert 'name="b-join-0"' in page

    answer = manager_client.post("/clusters/Rich/rule/", inputs(page), headers=spoken)

    assert (answer.status_code, membership.rule_text(Cluster.objects.get())) == (302, before)


def test_what_a_record_points_to_is_asked_by_its_labels(homes, manager_client):
    sent = {"entity": "AD", "label": "Homes", "rule": "userId.state=SP"}
    page = manager_client.get(NEW, sent).content.decode()

    assert re.search(r'name="b-field-0.0" value="userId.state"', page)
    assert "3 remain" in page
    assert "of 3 records" in page
    assert "3 records now, 100.0% of 3" in page


def test_conditions_of_related_records_are_dropped_one_by_one(homes, manager_client, press):
    page = manager_client.get(NEW, {"rule": "has(AD where state=SP AND city=Santos)"}).content.decode()

    page = press(page, "drop:0.0.1")
    assert inputs(page)["rule"] == "has(AD where state=SP)"
    assert inputs(press(page, "drop:0.0"))["rule"] == ""


def test_two_relationships_are_told_apart(define, spenders, manager_client, press):
    owner, payer = (
        FieldDefinition(name, "Relationship", options={"entity": "CL", "display": "email"}) for name in ("buyer", "payer")
    )
    define("OD", buyer=owner, payer=payer)

    page = press(manager_client.get(NEW).content.decode(), "add:0", new_0="OD by payer")

    assert inputs(page)["rule"] == "has(OD by payer)"


@pytest.mark.parametrize(
    "sent",
    [
        {"b-records-0.0": "XX"},
        {"b-records-0.0": "AD by nothing"},
        {"b-records-0.0": "AD", "b-function-0.0": "eval", "b-of-0.0": "userId"},
        {"b-records-0.0": "AD", "b-field-0.0.0": "totalSpent"},
        {"b-records-0.0": "AD", "b-function-0.0": "count", "b-value-0.0": "many", "b-op-0.0": "last"},
        {"b-records-0.0": "AD", "b-act": "add:0.0:OD"},
        {"b-records-0.0": "\x00", "b-act": "add:0.0.0.0.0:x"},
    ],
)
def test_hostile_related_forms_are_answered(homes, manager_client, sent):
    sent = {"b-join-0": "all", "b-join-0.0": "all", "b-text": "", "label": "x", "rule": "", **sent}

    assert manager_client.get(NEW, sent).status_code == 200
    assert manager_client.post(NEW, {name: value for name, value in sent.items() if name != "b-act"}).status_code in {302, 422}
