"""A field on CL, drafted and published."""

import pytest
from django.db import connection

from crm.schema.draft import editing, new_fields
from crm.schema.generated import current
from crm.schema.models import DataEntity, Field
from crm.schema.publishing import draft_and_publish, publishing


@pytest.fixture
def customers(db) -> DataEntity:
    return DataEntity.objects.get(acronym="CL")


@pytest.fixture
def add_field(customers, operator):
    def add(name: str, type_label: str = "Varchar 50", **options) -> int:
        return draft_and_publish.add_and_publish(
            customers, new_fields.new_definition(name, type_label, **options), by=operator
        ).number

    return add


@pytest.fixture
def retype(operator):
    """Drafts another type for a field of CL and publishes it, unless told otherwise."""

    def retyped(name: str, type_label: str, *, options=None, publish: bool = True, **how) -> None:
        editing.retype_field(Field.objects.get(entity__acronym="CL", name=name), type_label, options=options)
        if publish:
            publishing.publish(by=operator, **how)

    return retyped


@pytest.fixture
def values():
    """What the records of CL hold in a field, by id."""

    def held(name: str) -> dict:
        return dict(current.models()["CL"].objects.order_by("pk").values_list("pk", name))

    return held


@pytest.fixture
def fill(db):
    """Records of CL with these values of a field, called a, b, c …"""

    def filled(name: str, *values) -> None:
        model = current.models()["CL"]
        model.objects.bulk_create(model(id=chr(ord("a") + place), **{name: value}) for place, value in enumerate(values))

    return filled


@pytest.fixture
def columns_of():
    def names(table: str) -> set[str]:
        with connection.cursor() as cursor:
            return {column.name for column in connection.introspection.get_table_description(cursor, table)}

    return names
