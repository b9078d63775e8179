"""A record list as its address describes it: rows, filters, keyword, order and count."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm.extensions import ListedCluster
from crm.people.actors import Actor
from crm.records.access import readable
from crm.records.errors import BadQuery
from crm.records.layouts import Layout, layout_of
from crm.records.lists.cluster_filter import with_picked
from crm.records.lists.filter_inputs import options_of_filter
from crm.records.lists.filtering import EMPTY
from crm.records.lists.list_query import IN, NOT_IN, ListQuery, with_default_rule
from crm.records.lists.paging import Page, Sort, read_page, read_sort
from crm.records.lists.selection import Selection, select
from crm.records.lists.typed_filters import canonical, shown_text
from crm.records.lists.written_records import describe
from crm.records.querying import with_rules
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.form_design import CLUSTERS_COLUMN
from crm.schema.record import Record

Readable = Mapping[str, FieldDefinition]  # the fields that the reader may see, by name


@dataclass(frozen=True)
class ActiveFilter:
    """An active condition, and the address of the list without it."""

    label: str
    text: str
    without: str
    change: str = ""  # the address that opens it to be changed, where there is one


@dataclass(frozen=True)
class ColumnHeading:
    """A column's heading: the address that sorts by it, and how it is sorted now."""

    label: str
    sort_address: str = ""
    sorted: str = ""  # "ascending", "descending" or ""
    is_number: bool = False
    width: int = 0  # in pixels, or as wide as its content


@dataclass(frozen=True)
class Listing:
    """What the list page shows. `rule` is all that narrows it, as one text, where a rule can say that; `narrowing` always is."""

    entity: EntityDefinition
    columns: list[FieldDefinition]
    headings: list[ColumnHeading]
    clusters: Sequence[ListedCluster]  # those that the person may read
    clusters_at: int | None  # how many columns stand before the one of all clusters; None: without
    page: Page[Record]
    count: int
    active: list[ActiveFilter]
    rule: str
    narrowing: str
    next_address: str
    previous_address: str
    address: str  # of the whole list, from its beginning

    @property
    def title_at(self) -> int:
        """Return which column names the records and leads to them: the first of a field."""
        return 1 if self.clusters_at == 0 else 0


def read_listing(
    model: type[Record], layout: Layout, query: ListQuery, *, actor: Actor, clusters: Sequence[ListedCluster]
) -> Listing:
    """Raises BadQuery for parameters that the list does not know."""
    fields = _readable(model.entity, actor)
    selection = select(model, query, actor=actor, clusters=clusters)
    query, records = selection.query, selection.records()
    sort = _sort_of(model.entity, layout, query, fields)
    columns = [column for column in layout.columns if column.name in fields]
    page = read_page(with_rules(records, columns), sort, after=query.one("_after"), before=query.one("_before"))
    clusters_at = place_of_clusters(layout, columns) if clusters else None
    return Listing(
        entity=model.entity,
        columns=columns,
        headings=_headings(columns, layout, clusters_at, sort, query),
        clusters=clusters,
        clusters_at=clusters_at,
        page=page,
        count=records.count(),
        active=list(_active(selection, fields)),
        rule=selection.rule if selection.is_rule_alone else "",
        narrowing=query.narrowing,
        next_address=query.address(_after=page.after) if page.after else "",
        previous_address=query.address(_before=page.before) if page.before else "",
        address=query.address(),
    )


def place_of_clusters(layout: Layout, columns: Sequence[FieldDefinition]) -> int | None:
    """How many of these columns stand before that of all clusters; None where the form leaves it out."""
    if layout.clusters_column is None:
        return None
    before = {column.name for column in layout.columns[: layout.clusters_column]}
    return sum(column.name in before for column in columns)


def canonical_address(entity: EntityDefinition, query: ListQuery, *, actor: Actor) -> str:
    """Return the address of what a filter form sent, with texts in the machine's form. Raises BadQuery."""
    return canonical(with_picked(query), _readable(entity, actor)).address().removesuffix("?")


def first_records(
    model: type[Record], layout: Layout, query: ListQuery, *, actor: Actor, size: int, clusters: Sequence[ListedCluster]
) -> list[Record]:
    """Return the first records of the list. Raises BadQuery."""
    fields = _readable(model.entity, actor)
    columns = [column for column in layout.columns if column.name in fields]
    records = with_rules(select(model, query, actor=actor, clusters=clusters).records(), columns)
    return read_page(records, _sort_of(model.entity, layout, query, fields), size=size).rows


def listed_records(model: type[Record], query: ListQuery, *, actor: Actor) -> tuple[QuerySet[Record], Sort]:
    """All records of the list that an address describes, and their order.

    Raises BadQuery, also where the form's own query cannot be answered any more: without it, there would be more records than
    the form lists. An empty `_where` leaves it out.
    """
    layout = layout_of(model.entity, query.one("_form"), actor=actor)
    query, problem = with_default_rule(query, model, layout, actor=actor)
    if problem and "_where" not in query.parameters:
        raise BadQuery(_("The form's own query can no longer be answered: %s") % problem)
    sort = _sort_of(model.entity, layout, query, _readable(model.entity, actor))
    return select(model, query, actor=actor).records(), sort


def _readable(entity: EntityDefinition, actor: Actor) -> dict[str, FieldDefinition]:
    return {found.name: found for found in readable(actor, entity)}


def _sort_of(entity: EntityDefinition, layout: Layout, query: ListQuery, fields: Readable) -> Sort:
    return _sort(entity, query.one("_sort"), fields) if query.one("_sort") else _form_sort(entity, layout.sort, fields)


def _sort(entity: EntityDefinition, text: str, fields: Readable) -> Sort:
    sort = read_sort(entity, text)
    if sort.field != "id" and sort.field not in fields:
        raise BadQuery(_("The list cannot be sorted by “%(text)s”.") % {"text": text[:60]})
    return sort


def _form_sort(entity: EntityDefinition, text: str, fields: Readable) -> Sort:
    """Return the form's order; the newest first when it has none, or names a field that was hidden since."""
    try:
        return _sort(entity, text, fields) if text else Sort()
    except BadQuery:
        return Sort()


def _headings(
    columns: Sequence[FieldDefinition], layout: Layout, clusters_at: int | None, sort: Sort, query: ListQuery
) -> list[ColumnHeading]:
    headings = [replace(_heading(column, sort, query), width=layout.widths.get(column.name, 0)) for column in columns]
    if clusters_at is not None:
        headings.insert(clusters_at, ColumnHeading(_("Clusters"), width=layout.widths.get(CLUSTERS_COLUMN, 0)))
    return headings


def _heading(column: FieldDefinition, sort: Sort, query: ListQuery) -> ColumnHeading:
    is_sorted = sort.field == column.name
    towards = Sort(column.name, descending=is_sorted and not sort.descending)
    direction = "" if not is_sorted else "descending" if sort.descending else "ascending"
    address = (
        query.address(_sort=str(towards)) if fieldtypes.is_sortable(column) and fieldtypes.get(column.type).can_be_sorted else ""
    )
    is_number = fieldtypes.get(column.type).is_numeric
    return ColumnHeading(column.label, address, direction, is_number)


def _active(selection: Selection, fields: Readable) -> Iterator[ActiveFilter]:
    query = selection.query
    if query.keyword:
        yield ActiveFilter(_("Search"), query.keyword, query.address(_q=None))
    if number := query.one("_change_set"):
        yield ActiveFilter(_("Written by the import"), describe(number), query.address(_change_set=None))
    words = {"_where": _("Rule"), IN: _("Clusters"), NOT_IN: _("Clusters")}
    for part in selection.parts:
        found = fields.get(part.parameter)
        label = found.label if found else words.get(part.parameter, part.parameter)
        yield ActiveFilter(label, _shown(found, part.text), part.without, part.change)


def _shown(field: FieldDefinition | None, text: str) -> str:
    if field and fieldtypes.is_relation(field) and text != EMPTY:
        return fieldtypes.get(field.type).display(text, field)
    options = dict(options_of_filter(field)) if field else {}
    return options.get(text.lower(), options.get(text, _("not set") if text == EMPTY else shown_text(field, text)))
