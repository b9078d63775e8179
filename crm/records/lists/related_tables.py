"""The records that point to one record, such as the addresses of a customer: a table each, as the form asks for."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from crm.extensions import extensions
from crm.people.actors import Actor
from crm.people.permissions import may
from crm.records.access import may_write, readable
from crm.records.addresses import list_url, new_record_url
from crm.records.cells import RecordRow, chips_of, rows_of, with_clusters
from crm.records.layouts import Layout, layout_of
from crm.records.querying import with_rules
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.designs import checking
from crm.schema.generated import current
from crm.schema.record import Record, attribute

ROWS = 10


@dataclass(frozen=True)
class RelatedTable:
    """The newest records of `entity` that point here by `field`, and the addresses of all of them and of a new one.

    `headings` are those of its columns, with that of the clusters last where the entity has any.
    """

    entity: EntityDefinition
    field: FieldDefinition
    columns: list[FieldDefinition]
    headings: list[str]
    rows: list[RecordRow]
    has_more: bool
    list_address: str
    new_address: str


def related_tables(record: Record, layout: Layout, *, actor: Actor) -> list[RelatedTable]:
    """A few queries for each, whatever the number of records; what the person may not read is left out."""
    snapshot = current.models().snapshot
    offered = {
        f"{entity.acronym}.{field.name}": (entity, field)
        for entity, field in checking.related_fields(snapshot, record.entity.acronym)
    }
    named = (offered[name] for name in layout.related if name in offered)
    return [_table(record, entity, field, actor) for entity, field in named if may(actor, "read", entity.acronym, field.name)]


def _table(record: Record, entity: EntityDefinition, field: FieldDefinition, actor: Actor) -> RelatedTable:
    model, layout = current.models()[entity.acronym], layout_of(entity, actor=actor)
    columns = [column for column in readable(actor, entity, layout.columns) if column.name != field.name]
    records = with_rules(model.objects.filter(**{attribute(model, field.name): record.pk}), columns).order_by("-id")
    found = list(records[: ROWS + 1])
    clusters = extensions.clusters(actor, entity.acronym) if columns and layout.clusters_column is not None else []
    rows = rows_of(found[:ROWS], columns, entity, chips_of(clusters) if clusters else None)
    query = {field.name: record.pk}
    return RelatedTable(
        entity=entity,
        field=field,
        columns=columns,
        headings=[*(column.label for column in columns), *([_("Clusters")] if clusters else [])],
        rows=with_clusters(rows, len(columns), clusters) if clusters else rows,
        has_more=len(found) > ROWS,
        list_address=list_url(entity.acronym, query) if field.filterable else "",
        new_address=new_record_url(entity.acronym, query) if _can_be_made(layout, entity, field, actor) else "",
    )


def _can_be_made(layout: Layout, entity: EntityDefinition, field: FieldDefinition, actor: Actor) -> bool:
    """Return True if the page of a new record can be opened with its relationship filled in."""
    places = (place for section in layout.sections for place in section.places)
    return may_write(actor, entity, field) and any(place.field.name == field.name and not place.read_only for place in places)
