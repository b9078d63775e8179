"""Rules that look through one relationship, of real entities."""

import pytest

from crm.records import querying
from crm.records.writing import saving
from crm.rules.errors import RuleError
from crm.rules.explaining import explain
from crm.rules.parsing import parse
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current


@pytest.fixture
def orders(define, admin):
    """Three orders: two of Ana, whose e-mail is known, and one of nobody."""
    model = define(
        "OR",
        code="Varchar 50",
        client=FieldDefinition("client", "Relationship", options={"entity": "CL", "display": "email"}),
        OfAna=FieldDefinition("OfAna", "Rule", options={"expression": "client.email=ana@example.com"}),
    )
    ana = saving.create(current.models()["CL"], {"email": "Ana@example.com", "approved": True}, by=admin)
    for code, client in (("A", ana.pk), ("B", ana.pk), ("C", None)):
        saving.create(model, {"code": code, "client": client}, by=admin)
    return model


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("client.email=ana@example.com", ["A", "B"]),
        ("client.approved=true AND code=B", ["B"]),
        ("client.email is null", ["C"]),
        ("client is null", ["C"]),
        ("NOT client.email contains example", ["C"]),
        ("client.createdIn>2020-01-01", ["A", "B"]),
        ("OfAna=true", ["A", "B"]),
    ],
)
def test_a_rule_reads_the_related_record(browse, orders, where, found):
    response = browse.get("/crm/OR/", {"_where": where, "_sort": "code ASC"})

    assert [row.record.code for row in response.context["rows"]] == found


def test_the_explanation_finds_the_same_as_the_database(orders):
    fields, now = querying.fields_of(orders), querying.rule_context()
    records = querying.with_rules(orders.objects.select_related("client").order_by("code"), orders.entity.visible_fields)

    explained = [explain(parse("client.email=ana@example.com"), record, fields, now) for record in records]

    assert [verdict.holds for verdict in explained] == [record.OfAna for record in records] == [True, True, False]
    assert explained[0].clauses[0].actual == "Ana@example.com"


@pytest.mark.parametrize("where", ["client.nothing=1", "client.email.x=1", "code.email=1", "client.Dealers=true"])
def test_what_is_not_there_is_refused(orders, where):
    with pytest.raises(RuleError):
        list(querying.matching(orders.objects.all(), where))
