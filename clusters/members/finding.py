"""Whom a typed name, e-mail or id means."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from crm.people.actors import Actor
from crm.records.access import readable
from crm.records.cells import title_of
from crm.records.errors import InvalidRecord
from crm.records.lists.filtering import keyword_condition
from crm.records.validating import clean_id
from crm.records.writing.uniqueness import same_value
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.errors import InvalidValue
from crm.schema.generated import current
from crm.schema.record import Record

OFFERED = 10


@dataclass(frozen=True)
class Candidate:
    """A record that a text may mean: its title, and what else tells it from others."""

    id: str
    title: str
    detail: str


def candidates(records: list[Record], *, reader: Actor) -> list[Candidate]:
    return [_candidate(record, readable(reader, record.entity)) for record in records]


def _candidate(record: Record, fields: list[FieldDefinition]) -> Candidate:
    texts = (title_of(record, [field]) for field in fields if fieldtypes.get(field.type).kind == "text")
    title, *others = [text for text in texts if text != record.pk] or [record.pk]
    return Candidate(record.pk, title, " · ".join(others[:2]) or record.pk)


def find_records(entity: str, text: str, *, reader: Actor) -> list[Record]:
    """The one record whose id or unique value was typed, else the first of those that contain the words.

    Raises BadQuery where nothing of the entity can be searched.
    """
    model = current.models()[entity]
    fields = readable(reader, model.entity)
    exact = next(_exact(model, fields, text), None)
    if exact is not None:
        return [exact]
    return list(model.objects.filter(keyword_condition(model, fields, text, reader=reader)).order_by("-id")[:OFFERED])


def _exact(model: type[Record], fields: list[FieldDefinition], text: str) -> Iterator[Record]:
    with suppress(InvalidRecord):  # what is no id may be a name
        yield from model.objects.filter(pk=clean_id(text, model.entity.acronym))
    for field in fields:
        if field.unique and field.column:
            try:
                value = fieldtypes.get(field.type).clean(text, field)
            except InvalidValue:
                continue
            yield from same_value(model.objects.all(), field, value)
