"""Customers with a field of each kind that spreadsheets write in ways of their own."""

from crm.people.actors import Actor
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


def publish_rich_customers() -> type[Record]:
    entity = DataEntity.objects.get(acronym="CL")
    for name, kind in FIELDS.items():
        add_field(entity, FieldDefinition(name, kind, labels={"en": name}))
    add_field(entity, FieldDefinition("sfid", "Varchar 50", unique=True, labels={"en": "sfid"}))
    add_field(entity, FieldDefinition("interests", "Choices", options=INTERESTS, labels={"en": "interests"}))
    publish(by=Actor.operator())
    return current.models()["CL"]
