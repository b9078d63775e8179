"""PostgreSQL knows which values of a folded text are common, where a field has few."""

import re

import pytest
from django.db import connection

from crm.records import bulk
from crm.schema.generated import current
from crm.schema.publishing.tables import folded_statistics
from crm.schema.publishing.tables.drift import drift

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans without them")
ROWS = 2_000


@pytest.fixture
def customers(db):
    """Four in five are called Conceição, and each has a first name of their own."""
    model = current.models()["CL"]
    names = ["Conceição"] * 4 + ["Silva"]
    model.objects.bulk_create(model(lastName=names[n % 5], firstName=f"Name {n}") for n in range(ROWS))
    analyze(model)
    return model


def analyze(model) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def expected(model, condition: str) -> int:
    """How many rows the planner expects."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN SELECT 1 FROM {connection.ops.quote_name(model._meta.db_table)} WHERE {condition}")
        return int(re.search(r"rows=(\d+)", cursor.fetchone()[0])[1])


def statistics() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT stxname FROM pg_statistic_ext")
        return {name for (name,) in cursor.fetchall()}


def test_the_planner_expects_what_is_common(customers):
    assert expected(customers, "crm_fold(\"lastName\") = 'conceicao'") < ROWS / 10

    assert folded_statistics.adjust(customers.entity)
    analyze(customers)

    assert expected(customers, "crm_fold(\"lastName\") = 'conceicao'") == pytest.approx(ROWS * 0.8, rel=0.1)
    assert not folded_statistics.adjust(customers.entity), "they are there"
    assert drift() == []


def test_a_field_of_many_values_has_none_and_loses_its_own(customers):
    folded_statistics.adjust(customers.entity)
    assert len(statistics()) == 1

    customers.objects.update(lastName=None)
    analyze(customers)
    folded_statistics.adjust(customers.entity)

    assert statistics() == set()


def test_a_large_write_brings_them(customers):
    bulk.tidy(customers, rows=ROWS)

    assert len(statistics()) == 1
