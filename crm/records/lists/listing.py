"""A record list as its address describes it: rows, filters, keyword, order and count."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm.extensions import ListedCluster, extensions
from crm.people.actors import Actor
from crm.records.access import readable
from crm.records.errors import BadQuery
from crm.records.layouts import Layout, layout_of
from crm.records.lists.filtering import EMPTY, Part, condition_of, keyword_condition, parts_of, rule_text
from crm.records.lists.list_query import ListQuery, with_default_rule
from crm.records.lists.paging import Page, Sort, read_page, read_sort
from crm.records.lists.reference_choices import address_of, title_of
from crm.records.lists.typed_filters import canonical, shown_text
from crm.records.lists.written_records import describe, written_by
from crm.records.querying import fields_of, with_rules
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


@dataclass(frozen=True)
class FilterChoice:
    """A filter that the page offers: its field, the values in force, the options when there are few, what an input shows."""

    field: FieldDefinition
    values: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    text: str
    choices: str = ""  # where a combo box asks for the records that a relationship can point to

    @property
    def title(self) -> str:
        """Return what is shown of the record that a relationship is filtered by."""
        return title_of(self.text, self.field) if self.choices else ""


@dataclass(frozen=True)
class ColumnHeading:
    """A column's heading: the address that sorts by it, and how it is sorted now."""

    label: str
    sort_address: str = ""
    sorted: str = ""  # "ascending", "descending" or ""
    is_number: bool = False
    width: int = 0  # in pixels, or as wide as its content


@dataclass(frozen=True)
class Filters:
    """The boxes above the list, as they were filled."""

    keyword: str
    where: str
    choices: list[FilterChoice]
    kept: list[tuple[str, str]]  # parameters that the filter form passes on


@dataclass(frozen=True)
class Listing:
    """What the list page shows. `rule` is all that narrows it but the keyword, as one text."""

    entity: EntityDefinition
    columns: list[FieldDefinition]
    headings: list[ColumnHeading]
    clusters: Sequence[ListedCluster]  # those that the person may read
    clusters_at: int | None  # how many columns stand before the one of all clusters; None: without
    page: Page[Record]
    count: int
    active: list[ActiveFilter]
    rule: str
    next_address: str
    previous_address: str
    address: str  # of the whole list, from its beginning

    @property
    def title_at(self) -> int:
        """Return which column names the records and leads to them: the first of a field."""
        return 1 if self.clusters_at == 0 else 0


def read_listing(model: type[Record], layout: Layout, query: ListQuery, *, actor: Actor) -> Listing:
    """Raises BadQuery for parameters that the list does not know."""
    fields = _readable(model.entity, actor)
    query = _as_meant(model, query, actor=actor)
    sort = _sort_of(model.entity, layout, query, fields)
    parts = parts_of(query, fields_of(model, reader=actor, filters_only=True))
    records = _matching(model, parts, query, actor=actor)
    columns = [column for column in layout.columns if column.name in fields]
    page = read_page(with_rules(records, columns), sort, after=query.one("_after"), before=query.one("_before"))
    clusters = extensions.clusters(actor, model.entity.acronym)
    clusters_at = place_of_clusters(layout, columns) if clusters else None
    return Listing(
        entity=model.entity,
        columns=columns,
        headings=_headings(columns, layout, clusters_at, sort, query),
        clusters=clusters,
        clusters_at=clusters_at,
        page=page,
        count=records.count(),
        active=list(_active(query, parts, fields)),
        rule=rule_text(parts),
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
    return canonical(query, _readable(entity, actor)).address().removesuffix("?")


def first_records(model: type[Record], layout: Layout, query: ListQuery, *, actor: Actor, size: int) -> list[Record]:
    """Return the first records of the list. Raises BadQuery."""
    fields = _readable(model.entity, actor)
    columns = [column for column in layout.columns if column.name in fields]
    parts = parts_of(query, fields_of(model, reader=actor, filters_only=True))
    records = with_rules(_matching(model, parts, query, actor=actor), columns)
    return read_page(records, _sort_of(model.entity, layout, query, fields), size=size).rows


def read_filters(entity: EntityDefinition, layout: Layout, query: ListQuery, *, actor: Actor) -> Filters:
    """Return the inputs as they were filled in, valid or not."""
    fields = _readable(entity, actor)
    kept = [(name, query.one(name)) for name in ("_form", "_sort", "_change_set") if query.one(name)]
    return Filters(query.keyword, query.where, list(_choices(entity, layout.filters, query, fields)), kept)


def listed_records(model: type[Record], query: ListQuery, *, actor: Actor) -> tuple[QuerySet[Record], Sort]:
    """All records of the list that an address describes, and their order. Raises BadQuery."""
    layout = layout_of(model.entity, query.one("_form"), actor=actor)
    query, _problem = with_default_rule(query, model, layout, actor=actor)
    parts = parts_of(query, fields_of(model, reader=actor, filters_only=True))
    sort = _sort_of(model.entity, layout, query, _readable(model.entity, actor))
    return _matching(model, parts, query, actor=actor), sort


def _as_meant(model: type[Record], query: ListQuery, *, actor: Actor) -> ListQuery:
    """Return the query; where it finds nothing and its address has a `+`, the one in which that is no blank (R-19)."""
    if query.typed_plus is None:
        return query
    parts = parts_of(query, fields_of(model, reader=actor, filters_only=True))
    if _matching(model, parts, query, actor=actor).exists():
        return query
    return replace(query, parameters=query.typed_plus, typed_plus=None)


def _matching(model: type[Record], parts: list[Part], query: ListQuery, *, actor: Actor) -> QuerySet[Record]:
    """Return the records that meet every part and the keyword."""
    records = model.objects.filter(condition_of(parts, model, fields_of(model, reader=actor, filters_only=True)))
    if query.one("_change_set"):
        records = written_by(records, query.one("_change_set"))
    if not query.keyword:
        return records
    return records.filter(keyword_condition(model, readable(actor, model.entity), query.keyword, reader=actor))


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


def _active(query: ListQuery, parts: Iterable[Part], fields: Readable) -> Iterator[ActiveFilter]:
    if query.keyword:
        yield ActiveFilter(_("Search"), query.keyword, query.address(_q=None))
    if number := query.one("_change_set"):
        yield ActiveFilter(_("Written by the import"), describe(number), query.address(_change_set=None))
    for part in parts:
        found = fields.get(part.parameter)
        label = found.label if found else _("Rule") if part.parameter == "_where" else part.parameter
        yield ActiveFilter(label, _shown(found, part.text), part.without)


def _shown(field: FieldDefinition | None, text: str) -> str:
    if field and fieldtypes.is_relation(field) and text != EMPTY:
        return fieldtypes.get(field.type).display(text, field)
    options = dict(_options(field)) if field else {}
    return options.get(text.lower(), options.get(text, _("not set") if text == EMPTY else shown_text(field, text)))


def _choices(
    entity: EntityDefinition, filters: Iterable[FieldDefinition], query: ListQuery, fields: Readable
) -> Iterator[FilterChoice]:
    """Yield the form's filters, and those that the address adds."""
    added = [fields[name] for name, values in query.filters.items() if values and name in fields]
    shown = {found.name: found for found in [*filters, *added] if found.name in fields and found.filterable}
    for name, found in shown.items():
        choices = address_of(entity, found) if fieldtypes.is_relation(found) else ""
        values = query.filters.get(name, ())
        first = values[0] if values else ""
        yield FilterChoice(found, values, _options(found), first if query.is_typed else shown_text(found, first), choices)


def _options(found: FieldDefinition) -> tuple[tuple[str, str], ...]:
    """Return what a filter offers to pick: the type's options, and that there is none."""
    kind = fieldtypes.get(found.type)
    options = kind.filter_options(found)
    can_be_empty = bool(found.column) and not kind.needs_default
    return (*options, (EMPTY, _("Not set"))) if options and can_be_empty else tuple(options)
