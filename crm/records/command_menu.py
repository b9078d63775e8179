"""Records in the command menu: those whose unique text is exactly what was typed, and the newest that contain its words."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm.extensions import MenuEntry, MenuGroup
from crm.people.actors import Actor
from crm.people.permissions import may
from crm.people.requests import SignedInRequest
from crm.records.access import readable
from crm.records.addresses import list_url, record_url
from crm.records.cells import RecordRow, rows_of
from crm.records.errors import BadQuery
from crm.records.layouts import layout_of
from crm.records.lists.filtering import keyword_condition
from crm.records.querying import with_rules
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.generated import current
from crm.schema.generated.constraints import key_expression
from crm.schema.record import Record

SHORTEST = 2  # characters of a text that records are searched by
ENTITIES = 3  # the first of the navigation; the others are offered as lists
OFFERED = 5  # records of an entity
NEWEST = 20_000  # records that are searched: no more than is possible while somebody types


def find(request: SignedInRequest, text: str) -> list[MenuGroup]:
    """A group for each entity that has such records; the last leads to the lists, which look through all of them."""
    if len(text) < SHORTEST:
        return []
    entities = [entity for entity in current.models() if may(request.actor, "read", entity.acronym)]
    groups = [MenuGroup(entity.name, _records(entity, text, request.actor)) for entity in entities[:ENTITIES]]
    return [*groups, MenuGroup(_("Search everywhere"), [_in_list(entity, text) for entity in entities])]


def _records(entity: EntityDefinition, text: str, actor: Actor) -> list[MenuEntry]:
    columns = readable(actor, entity, layout_of(entity, actor=actor).columns)
    found = {record.pk: record for records in _matches(entity, text, actor, columns) for record in records}
    rows = rows_of(list(found.values())[:OFFERED], columns, entity)
    return [MenuEntry(row.title, record_url(entity.acronym, row.record.pk), _detail(row)) for row in rows]


def _matches(entity: EntityDefinition, text: str, actor: Actor, columns: list[FieldDefinition]) -> Iterator[list[Record]]:
    model, fields = current.models()[entity.acronym], readable(actor, entity)
    records = with_rules(model.objects.all(), columns)
    for field in fields:
        if field.unique and field.column and fieldtypes.get(field.type).kind == "text":
            yield list(_with_unique_text(records, field, text)[:OFFERED])
    boundary = list(model.objects.order_by("-id").values_list("pk", flat=True)[NEWEST : NEWEST + 1])
    newest = records.filter(pk__gte=boundary[0]) if boundary else records
    try:
        yield list(newest.filter(keyword_condition(model, fields, text, reader=actor)).order_by("-id")[:OFFERED])
    except BadQuery:
        return  # nothing of the entity is searchable


def _with_unique_text(records: QuerySet[Record], field: FieldDefinition, text: str) -> QuerySet[Record]:
    """By a unique index; "is not null" repeats its condition."""
    key = fieldtypes.get(field.type).key(text)
    return records.annotate(crm_key=key_expression(field)).filter(crm_key=key, **{f"{field.name}__isnull": False})


def _detail(row: RecordRow) -> str:
    return " · ".join([cell.text for cell in row.cells if cell.text and cell.text != row.title][:2])


def _in_list(entity: EntityDefinition, text: str) -> MenuEntry:
    words = {"text": text, "entity": entity.name}
    return MenuEntry(_("“%(text)s” in %(entity)s") % words, list_url(entity.acronym, {"_q": text}))
