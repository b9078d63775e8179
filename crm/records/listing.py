"""A record list as its address asks for it: rows, filters, keyword, order and count."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.records.access import readable
from crm.records.errors import BadQuery
from crm.records.filtering import field_condition, keyword_condition
from crm.records.layouts import Layout, layout_of
from crm.records.paging import Page, Sort, read_page, read_sort
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.fieldtypes.choice import options_of
from crm.schema.record import Record

PAGE_PARAMETERS = frozenset({"_form", "_q", "_sort", "_after", "_before", "_deleted"})
CURSORS = ("_after", "_before")


@dataclass(frozen=True)
class ActiveFilter:
    """A condition in force, and the address of the list without it."""

    label: str
    text: str
    without: str


@dataclass(frozen=True)
class FilterChoice:
    """A filter that the page offers: its field, the text in force, and the options when there are few."""

    field: FieldDefinition
    text: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Heading:
    """A column's heading: the address that sorts by it, and how it is sorted now."""

    field: FieldDefinition
    sort_address: str
    sorted: str  # "ascending", "descending" or ""
    is_number: bool


@dataclass(frozen=True)
class Listing:
    """What the list page shows."""

    entity: EntityDefinition
    headings: list[Heading]
    page: Page[Record]
    count: int
    keyword: str
    active: list[ActiveFilter]
    choices: list[FilterChoice]
    kept: list[tuple[str, str]] = field(default_factory=list)  # parameters that the filter form passes on
    next_address: str = ""
    previous_address: str = ""
    address: str = ""  # of the whole list, from its beginning


def read_listing(model: type[Record], asked: Mapping[str, str], *, actor: Actor) -> Listing:
    """Raises BadQuery for what the list does not know."""
    entity = model.entity
    fields = {found.name: found for found in readable(actor, entity)}
    texts = _texts(asked, fields)
    layout = layout_of(entity, asked.get("_form", ""))
    sort = _asked_sort(entity, layout, asked, fields)
    records = matching(model, texts, asked.get("_q", "").strip(), fields)
    page = read_page(records, sort, after=asked.get("_after", ""), before=asked.get("_before", ""))
    columns = [column for column in layout.columns if column.name in fields]
    return Listing(
        entity=entity,
        headings=[_heading(column, sort, asked) for column in columns],
        page=page,
        count=records.count(),
        keyword=asked.get("_q", "").strip(),
        active=list(_active(asked, texts, fields)),
        choices=list(_choices(layout.filters, texts, fields)),
        kept=[(name, value) for name, value in asked.items() if name in {"_form", "_sort"} and value],
        next_address=_address(asked, _after=page.after) if page.after else "",
        previous_address=_address(asked, _before=page.before) if page.before else "",
        address=_address(asked),
    )


def asked_records(model: type[Record], asked: Mapping[str, str], *, actor: Actor) -> tuple[QuerySet[Record], Sort]:
    """All records of the list that an address asks for, and their order. Raises BadQuery."""
    fields = {found.name: found for found in readable(actor, model.entity)}
    layout = layout_of(model.entity, asked.get("_form", ""))
    records = matching(model, _texts(asked, fields), asked.get("_q", "").strip(), fields)
    return records, _asked_sort(model.entity, layout, asked, fields)


def matching(
    model: type[Record], texts: Mapping[str, str], keyword: str, fields: Mapping[str, FieldDefinition]
) -> QuerySet[Record]:
    """The records that meet every filter and the keyword."""
    conditions = [field_condition(fields[name], text) for name, text in texts.items()]
    if keyword:
        conditions.append(keyword_condition(model.entity, fields.values(), keyword))
    return model.objects.filter(*conditions) if conditions else model.objects.filter(Q())


def _texts(asked: Mapping[str, str], fields: Mapping[str, FieldDefinition]) -> dict[str, str]:
    """The filters in force. An empty parameter is a form's untouched box."""
    texts = {name: value.strip() for name, value in asked.items() if name not in PAGE_PARAMETERS}
    for name in texts:
        if name not in fields or not fields[name].filterable:
            raise BadQuery(_("The list cannot be filtered by “%(name)s”.") % {"name": name[:60].replace("\0", "")})
    return {name: text for name, text in texts.items() if text}


def _asked_sort(
    entity: EntityDefinition, layout: Layout, asked: Mapping[str, str], fields: Mapping[str, FieldDefinition]
) -> Sort:
    return _sort(entity, asked["_sort"], fields) if asked.get("_sort") else _form_sort(entity, layout.sort, fields)


def _sort(entity: EntityDefinition, text: str, fields: Mapping[str, FieldDefinition]) -> Sort:
    sort = read_sort(entity, text)
    if sort.field != "id" and sort.field not in fields:
        raise BadQuery(_("The list cannot be sorted by “%(text)s”.") % {"text": text[:60]})
    return sort


def _form_sort(entity: EntityDefinition, text: str, fields: Mapping[str, FieldDefinition]) -> Sort:
    """The form's order; the newest first when it says none, or names a field that was hidden since."""
    try:
        return _sort(entity, text, fields) if text else Sort()
    except BadQuery:
        return Sort()


def _heading(column: FieldDefinition, sort: Sort, asked: Mapping[str, str]) -> Heading:
    is_sorted = sort.field == column.name
    towards = Sort(column.name, descending=is_sorted and not sort.descending)
    direction = "" if not is_sorted else "descending" if sort.descending else "ascending"
    address = _address(asked, _sort=str(towards)) if column.column else ""
    is_number = fieldtypes.get(column.type).kind in {"integer", "decimal"}
    return Heading(column, address, direction, is_number)


def _active(asked: Mapping[str, str], texts: Mapping[str, str], fields: Mapping[str, FieldDefinition]) -> Iterator[ActiveFilter]:
    if keyword := asked.get("_q", "").strip():
        yield ActiveFilter(_("Search"), keyword, _address(asked, _q=None))
    for name, text in texts.items():
        options = dict(_options(fields[name]))
        yield ActiveFilter(
            fields[name].label, options.get(text.lower(), options.get(text, text)), _address(asked, **{name: None})
        )


def _choices(
    filters: Iterable[FieldDefinition], texts: Mapping[str, str], fields: Mapping[str, FieldDefinition]
) -> Iterator[FilterChoice]:
    """The form's filters, and those that the address adds."""
    added = [fields[name] for name in texts]
    shown = {found.name: found for found in [*filters, *added] if found.name in fields and found.filterable}
    for name, found in shown.items():
        yield FilterChoice(found, texts.get(name, ""), _options(found))


def _options(found: FieldDefinition) -> tuple[tuple[str, str], ...]:
    kind = fieldtypes.get(found.type).kind
    if kind == "boolean":
        return (("true", _("Yes")), ("false", _("No")))
    if kind == "choice":
        return tuple(options_of(found))
    return ()


def _address(asked: Mapping[str, str], **changes: str | None) -> str:
    """The list's address with parameters changed or, when None, left out; a new question begins at the first page."""
    parameters = QueryDict(mutable=True)
    kept = {name: value for name, value in asked.items() if name not in {*CURSORS, "_deleted"} and value}
    parameters.update({name: value for name, value in {**kept, **changes}.items() if value is not None})
    return f"?{parameters.urlencode()}"
