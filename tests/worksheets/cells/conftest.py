"""Customers with a field of each kind that spreadsheets write in ways of their own."""

from collections.abc import Callable
from typing import Any

import pytest

from crm.people.actors import Actor
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.draft.editing import add_field
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing.publishing import publish
from crm.schema.record import Record

INTERESTS = {"choices": [{"value": value, "label": value} for value in ("Wine", "Beer", "Rum")]}
FIELDS = {
    "qty": "Integer", "spent": "Currency", "rate": "Percent", "seenAt": "Date and Time", "alarm": "Time", "cpf": "CPF / CNPJ", "cep": "CEP",
}  # fmt: skip


@pytest.fixture
def people(customers) -> type[Record]:
    entity = DataEntity.objects.get(acronym="CL")
    for name, kind in FIELDS.items():
        add_field(entity, FieldDefinition(name, kind, labels={"en": name}))
    add_field(entity, FieldDefinition("sfid", "Varchar 50", unique=True, labels={"en": "sfid"}))
    add_field(entity, FieldDefinition("interests", "Choices", options=INTERESTS, labels={"en": "interests"}))
    publish(by=Actor.operator())
    return current.models()["CL"]


@pytest.fixture
def stored(people, import_text) -> Callable[..., list[tuple[Any, ...]]]:
    """Imports a file by e-mail and gives these fields of all records, in the order of their e-mails."""

    def imported(content: str | bytes, *fields: str, **choices: Any) -> list[tuple[Any, ...]]:
        found = import_text(content, **{"key": "email", **choices})
        assert found.errors == []
        return list(people.objects.order_by("email").values_list(*fields))

    return imported


@pytest.fixture
def customer(people, admin) -> Callable[..., Record]:
    def made(**values: Any) -> Record:
        return saving.create(people, values, by=admin)

    return made
