"""How wide a record may become."""

import secrets
from dataclasses import replace

import pytest
from django.db import OperationalError, connection, transaction

from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.draft.drafting import with_columns
from crm.schema.publishing import publishing
from crm.schema.publishing.tables import row_width
from crm.schema.publishing.tables.drift import whole_table

TYPES = ("Varchar 50", "Boolean", "Decimal", "Integer", "Varchar 750", "Date and Time", "Long", "Date", "Text")


def wide(count: int, *types: str) -> EntityDefinition:
    fields = tuple(FieldDefinition(f"f{place}", types[place % len(types)]) for place in range(count))
    return with_columns(EntityDefinition("WD", {"en": "Wide"}, fields))


def widest_value(column) -> object:
    kind = column.get_internal_type()
    texts = secrets.token_hex(12)[:23]
    known = {"BooleanField": True, "IntegerField": 2**31 - 1, "BigIntegerField": 2**63 - 1, "DecimalField": "9999999999999.99"}
    moments = {"DateField": "2026-12-31", "DateTimeField": "2026-12-31T23:59:59.999999Z"}
    return (known | moments).get(kind, texts)


def filled(entity: EntityDefinition, operator) -> None:
    """A record with every field filled by what takes most room."""
    publishing.publish(lambda published: published.with_entity(entity), by=operator)
    model = whole_table(entity)
    model.objects.create(**{column.name: widest_value(column) for column in model._meta.fields if column.name != "crm_version"})


def test_few_fields_are_nothing_to_speak_of():
    assert row_width.widest_record(wide(30, "Varchar 50")) < 1_200


def test_hidden_and_kept_columns_count_too(add_field, fill, retype):
    add_field("points", "Decimal")
    before = row_width.widest_record(publishing.published_snapshot().entities["CL"])

    retype("points", "Integer")

    assert row_width.widest_record(publishing.published_snapshot().entities["CL"]) > before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a limit of PostgreSQL")
@pytest.mark.parametrize("types", [("Varchar 50",), TYPES])
@pytest.mark.django_db
def test_postgresql_takes_what_the_estimate_allows_and_little_more(types, operator):
    most = next(count for count in range(300, 900) if row_width.widest_record(wide(count + 1, *types)) > row_width.WIDEST)

    filled(wide(most, *types), operator)
    with pytest.raises(OperationalError, match="row is too big"), transaction.atomic():
        filled(replace(wide(most + 12, *types), acronym="WE"), operator)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a limit of PostgreSQL")
@pytest.mark.django_db
def test_it_is_said_before_it_hurts():
    plan = publishing.make_plan(lambda published: published.with_entity(wide(300, "Varchar 50")))
    wider = publishing.make_plan(lambda published: published.with_entity(wide(400, "Varchar 50")))

    assert plan.notes() == ["A record of Wide with every field filled may take 7,440 of the 8,160 bytes that PostgreSQL allows."]
    assert wider.notes()[0].startswith("A record of Wide with every field filled may take 9,856 bytes; above 8,160")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a limit of PostgreSQL")
def test_columns_that_were_purged_count_against_the_limit(add_field, operator, monkeypatch):
    monkeypatch.setattr(row_width, "MOST_COLUMNS", 60)
    entity = publishing.published_snapshot().entities["CL"]

    plan = publishing.make_plan(lambda published: published.with_entity(replace(entity, names={"en": "Buyers"})))

    assert plan.notes()[0].startswith("Buyers has used 53 of the 60 columns")
