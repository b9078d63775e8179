"""Many conditions over folded texts: each column folded once, and the same records found."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.records import querying
from crm.records.folding_once import folding_once
from crm.records.writing import saving
from crm.rules.parsing import parse
from crm.schema.generated import current

pytestmark = pytest.mark.django_db

RULES = [
    "firstName=ana",
    "firstName=JOÃO",
    "firstName=a* AND lastName=silva",
    "NOT firstName=ana",
    "firstName is null OR lastName=souza",
    "lastName=a OR (lastName=silva AND NOT firstName=jo*)",
]
PEOPLE = [("Ana", "Silva"), ("ÁNA", None), ("João", "souza"), (None, "SILVA"), ("joao", "A"), ("", "Ã")]


@pytest.fixture
def customers(operator):
    model = current.models()["CL"]
    for first, last in PEOPLE:
        saving.create(model, {"firstName": first, "lastName": last}, by=operator)
    return model


@pytest.fixture
def conditions(customers):
    return {text: querying.condition(parse(text), customers) for text in RULES}


def test_together_they_count_as_each_by_itself(customers, conditions):
    alone = {text: customers.objects.filter(condition).count() for text, condition in conditions.items()}

    assert querying.counts_where(customers.objects.all(), conditions) == alone
    assert len({*alone.values()}) > 2


def test_each_column_is_folded_once(customers, conditions):
    with CaptureQueriesContext(connection) as asked:
        querying.counts_where(customers.objects.all(), conditions)

    statement = asked[0]["sql"]
    assert [statement.count(f'AS "crm_folded_{name}"') for name in ("firstName", "lastName")] == [1, 1]
    assert statement.count("crm_fold(") == 2


def test_records_that_are_narrowed_already_keep_their_query(customers, conditions):
    narrowed = customers.objects.filter(lastName="Silva")

    records, same = folding_once(narrowed, list(conditions.values()))

    assert records is narrowed
    assert same == list(conditions.values())
    assert querying.counts_where(narrowed, conditions)["firstName=ana"] == 1


def test_a_column_that_is_asked_once_is_compared_where_it_stands(customers):
    condition = querying.condition(parse("firstName=ana"), customers)

    assert folding_once(customers.objects.all(), [condition])[1] == [condition]
