"""The records that a relationship can point to, searched by what is shown of them, for a combo box."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from crm.people.actors import Actor
from crm.people.permissions import may
from crm.records.access import readable
from crm.records.cells import RecordRow, rows_of
from crm.records.layouts import layout_of
from crm.records.lists.filtering import keyword_condition
from crm.records.querying import with_rules
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.generated.related import related_model, shown_field, titles
from crm.schema.record import Record, possible_ids

OFFERED = 20
DETAILS = 2  # further texts that tell records of one name apart


@dataclass(frozen=True)
class ReferenceChoice:
    id: str
    title: str
    detail: str


def address_of(entity: EntityDefinition, field: FieldDefinition) -> str:
    """Where a combo box asks for the choices of a relationship."""
    return reverse("record-choices", args=[entity.acronym, field.name])


def title_of(value: str | None, field: FieldDefinition) -> str:
    """Return what is shown of the record with this id, else what was written; empty for nothing."""
    return fieldtypes.get(field.type).display(value, field) if value else ""


def choices(field: FieldDefinition, text: str, *, actor: Actor) -> list[ReferenceChoice]:
    """The newest records whose shown value has every word of the text in it, or whose id begins with it; all, without a text."""
    model = related_model(field)
    if model is None or not may(actor, "read", model.entity.acronym):
        return []
    shown = shown_field(field)
    shown = shown if shown and may(actor, "read", model.entity.acronym, shown.name) else None
    columns = readable(actor, model.entity, layout_of(model.entity, actor=actor).columns)
    records = list(with_rules(_found(model, shown, text), columns).order_by("-id")[:OFFERED])
    named = titles({record.pk for record in records}, field) if shown else {}
    return [_choice(row, named.get(row.record.pk, "")) for row in rows_of(records, columns, model.entity)]


def _found(model: type[Record], shown: FieldDefinition | None, text: str) -> QuerySet[Record]:
    records = model.objects.all()
    if not text:
        return records
    beginning = Q(*(Q(pk__startswith=each) for each in possible_ids(text, model.entity.acronym)), _connector=Q.OR)
    if shown is None:
        return records.filter(beginning)
    if fieldtypes.get(shown.type).is_textual:
        return records.filter(beginning | keyword_condition(model, [replace(shown, searchable=True)], text))
    # Numbers are searched as they are written: “12” finds 12 and 120.
    return records.annotate(crm_text=Cast(shown.name, TextField())).filter(beginning | Q(crm_text__startswith=text))


def _choice(row: RecordRow, title: str) -> ReferenceChoice:
    texts = [text for text in _texts(row) if text != (title or row.title)]
    return ReferenceChoice(row.record.pk, title or row.title, " · ".join(texts[:DETAILS]))


def _texts(row: RecordRow) -> Iterator[str]:
    return (cell.text for cell in row.cells if cell.text)
