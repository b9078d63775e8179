"""What is said of a rule that is valid and may still not be meant."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters.builder.linting import lint_rule
from clusters.builder.previewing import preview
from crm.records.querying import checked_rule
from crm.records.writing import saving
from crm.schema.draft import new_fields
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing import draft_and_publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def lint(spenders, operator):
    def linted(text: str) -> list[str]:
        return lint_rule(checked_rule(text, current.models()["CL"], reader=operator), "CL", reader=operator)

    return linted


@pytest.mark.parametrize(
    ("rule", "near"),
    [('state="sp "', "SP"), ("state=SPP", "SP"), ("state in (SP, R-J)", "RJ"), ("NOT state=rjj", "RJ"), ("state<>SPP", "SP")],
)
def test_a_value_that_nobody_has_names_the_one_most_alike(lint, rule, near):
    said = lint(rule)

    assert len(said) == 1
    assert said[0].startswith("None of the Customers has “")
    assert said[0].endswith(f"” as state. Did you mean “{near}”?")


def test_a_value_like_none_is_said_without_a_guess(lint):
    assert lint("state=Bahia") == ["None of the Customers has “Bahia” as state."]


@pytest.mark.parametrize(
    "rule", ["state=sp", "state=Sp OR state=RJ", "state contains P", "totalSpent=5", "state=S*", "createdIn>now-1d"]
)
def test_what_is_there_and_what_is_no_name_is_not_doubted(lint, rule):
    assert lint(rule) == []


def test_accents_are_as_near_as_case(lint, spenders, operator):
    saving.create(spenders, {"firstName": "Davi", "state": "SP", "lastName": "São João"}, by=operator)

    assert "None of the Customers has “sao  joao” as Last name. Did you mean “São João”?" in lint('lastName="sao  joao"')


def test_a_field_that_is_mostly_empty_says_the_share(lint, spenders, operator):
    saving.update(spenders.objects.get(firstName="Ana"), {"customerClass": "A"}, by=operator)

    assert lint("customerClass=A AND state=SP") == ["“Customer class” is empty for 67 % of the Customers."]
    assert lint("customerClass is empty") == []


def test_related_records_are_doubted_by_what_they_have(lint, spenders, operator):
    ana = spenders.objects.get(firstName="Ana").pk
    for _each in range(3):
        saving.create(current.models()["AD"], {"userId": ana, "state": "MG"}, by=operator)

    assert lint("has(AD where state=MGG AND city=x)") == [
        "None of the Addresses has “MGG” as State. Did you mean “MG”?",
        "None of the Addresses has “x” as City.",
        "“City” is empty for 100 % of the Addresses.",
    ]


def test_an_option_that_nobody_has_is_said(lint, operator):
    tier = new_fields.new_definition("tier", "Choice", options={"choices": [{"value": "Gold"}, {"value": "Silver"}]})
    draft_and_publish.add_and_publish(DataEntity.objects.get(acronym="CL"), tier, by=operator)

    assert lint("tier=Gold")[0] == "None of the Customers has “Gold” as tier."


@pytest.mark.parametrize(("rule", "warning"), [("totalSpent>9999", "finds nobody"), ("totalSpent>0", "finds everybody")])
def test_nobody_and_everybody_are_said(spenders, operator, rule, warning):
    found = preview(rule, entity="CL", by=operator).warnings

    assert [warning in text for text in found] == [True]


def test_the_page_says_it_beneath_with_the_moment_of_the_count(spenders, manager_client):
    page = manager_client.get("/clusters/new/preview/", {"rule": "state=SPP"}).content.decode()

    assert "Did you mean “SP”?" in page
    assert re.search(r"Counted at \d{1,2}:\d\d [ap]\.m\., exact, in \d+\.\d+ s", page)


def test_one_scan_for_all_values_and_one_for_all_shares(lint):
    with CaptureQueriesContext(connection) as queries:
        lint("state=SP AND firstName in (Ana, Bia) AND NOT firstName=Caio AND totalSpent>5 AND state=RJ")

    assert sum('"record_cl"' in query["sql"] for query in queries) == 2


@pytest.mark.parametrize(
    "rule",
    [
        "state=SPP",
        "state in (SPP, XX, YY)",
        "state=SPP AND state=RJJ AND firstName=Anna",
        "firstName in (Bea, Anna) AND lastName=x",
    ],
)
def test_values_that_nobody_has_take_one_more_query_however_many_they_are(lint, rule):
    with CaptureQueriesContext(connection) as queries:
        said = lint(rule)

    assert said
    assert sum('"record_cl"' in query["sql"] for query in queries) == 3


def test_each_unknown_value_is_compared_with_the_values_of_its_own_field(lint):
    assert lint("state=SPP AND firstName=Anna")[:2] == [
        "None of the Customers has “SPP” as state. Did you mean “SP”?",
        "None of the Customers has “Anna” as First name. Did you mean “Ana”?",
    ]
