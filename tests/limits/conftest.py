"""The limits that the forms state: cut with every run, whole with `LIMITS=1 make test ARGS="tests/limits"`."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template.base import Template
from django.test.utils import _TestState

from crm.people.actors import Actor
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.draft.drafting import with_column
from crm.schema.form_design import FormDesign, ListColumn, SectionDesign, spread
from crm.schema.models import DataEntity, Field
from crm.schema.publishing import publishing

IS_WHOLE = "LIMITS" in os.environ
FIELDS, ENTITIES = (600, 200) if IS_WHOLE else (600, 50)

CHOICES = {"choices": [{"value": "gold", "label": "Gold"}, {"value": "blue", "label": "Blue"}]}
# What takes the most room in a record, by type; so many fields of these types are what PostgreSQL holds.
WIDEST: dict[str, Any] = {  # Any: typed values
    "Varchar 50": "x" * 50,
    "Boolean": True,
    "Decimal": Decimal("9999999999999.99"),
    "Integer": 2**31 - 1,
    "Varchar 750": "é" * 750,
    "Date and Time": datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    "Choice": "gold",
    "Long": 2**63 - 1,
    "Date": date(2026, 12, 31),
    "Text": "two\nlines " * 400,
}


def definitions(count: int) -> list[FieldDefinition]:
    types = list(WIDEST)
    kinds = [types[place % len(types)] for place in range(count)]
    return [
        with_column(FieldDefinition(f"f{place}", kind, {"en": f"Field {place}"}, options=CHOICES if kind == "Choice" else {}))
        for place, kind in enumerate(kinds)
    ]


def widest(fields: list[FieldDefinition]) -> dict[str, Any]:  # Any: typed values
    return {field.name: WIDEST[field.type] for field in fields}


@pytest.fixture
def unwatched_templates(monkeypatch) -> None:
    """Pages as fast as they are: a test environment copies the whole context for every part of a template."""
    monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)


@pytest.fixture
def draft(db) -> Callable[..., DataEntity]:
    """An entity of so many fields, all of them on its form and in its list."""

    def drafted(acronym: str, name: str, count: int) -> DataEntity:
        entity = editing.create_entity(acronym, {"en": name})
        fields = definitions(count)
        Field.objects.bulk_create(Field.from_definition(field, entity=entity, position=at) for at, field in enumerate(fields))
        names = [field.name for field in fields]
        design = FormDesign((SectionDesign("s1", {}, spread(names)),), tuple(map(ListColumn, names)))
        entity.forms.update(design=design.to_json())
        return entity

    return drafted


@pytest.fixture
def publish(db) -> Callable[[], None]:
    return lambda: publishing.publish(by=Actor.operator()) and None
