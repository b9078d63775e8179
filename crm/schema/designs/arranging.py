"""Changes of a form's design, each from one design to the next. No change loses a field or places one twice."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeVar

from django.utils.translation import gettext as _

from crm.schema.errors import InvalidDesign
from crm.schema.form_design import CLUSTERS_COLUMN, Column, FormDesign, ListColumn, PlaceDesign, SectionDesign

Direction = Literal["up", "down", "left", "right"]
Part = Literal["list_columns", "filters", "highlights", "related"]
MOST_COLUMNS = 2
MOST_SECTIONS = 50
CLUSTERS = {"en": "Clusters", "pt-br": "Clusters", "es": "Clústeres"}
Item = TypeVar("Item")


# Places.


def put(design: FormDesign, name: str, key: str, column: int | None = None, position: int | None = None) -> FormDesign:
    """Places the field in a section with the settings it had; by default at the end of the shortest column."""
    place = place_of(design, name) or PlaceDesign(name)
    rest = take_away(design, name)
    section = _section(rest, key)
    column = _shortest(section) if column is None else min(max(column, 0), len(section.columns) - 1)
    places = section.columns[column]
    position = len(places) if position is None else max(position, 0)
    return rest.with_section(_with_column(section, column, (*places[:position], place, *places[position:])))


def put_last(design: FormDesign, name: str) -> FormDesign:
    """The field at the end of the last section; a form without one gets it."""
    keys = [section.key for section in design.sections if not section.is_clusters]
    return put(design, name, keys[-1]) if keys else put_last(add_section(design, {}), name)


def put_among_clusters(design: FormDesign, name: str) -> FormDesign:
    """Places the field in the section of clusters, which is made at the top if there is none."""
    design = add_clusters(design)
    return put(design, name, next(section.key for section in design.sections if section.is_clusters))


def take_away(design: FormDesign, name: str) -> FormDesign:
    """Without the field's place, if it has one."""
    return replace(design, sections=tuple(_without(section, name) for section in design.sections))


def move(design: FormDesign, name: str, direction: Direction) -> FormDesign:
    """One step: up and down through the column and on into the next section, left and right into the other column."""
    section, column, position = _where(design, name)
    if direction in ("left", "right"):
        other = column + (1 if direction == "right" else -1)
        return put(design, name, section.key, other, position) if 0 <= other < len(section.columns) else design
    step = 1 if direction == "down" else -1
    if 0 <= position + step < len(section.columns[column]):
        return put(design, name, section.key, column, position + step)
    neighbour = _neighbour(design, section, step)
    return put(design, name, neighbour.key, column, None if step < 0 else 0) if neighbour else design


def set_place(design: FormDesign, name: str, **changes: Any) -> FormDesign:  # Any: the attributes of PlaceDesign
    """With changed settings of a field's place."""
    section, column, position = _where(design, name)
    places = list(section.columns[column])
    places[position] = replace(places[position], **changes)
    return design.with_section(_with_column(section, column, tuple(places)))


def place_of(design: FormDesign, name: str) -> PlaceDesign | None:
    return next((place for place in design if place.field == name), None)


# Sections.


def add_section(design: FormDesign, labels: Mapping[str, str], columns: int = MOST_COLUMNS) -> FormDesign:
    if len(design.sections) >= MOST_SECTIONS:
        raise InvalidDesign(_("A form has at most %s sections.") % MOST_SECTIONS)
    section = SectionDesign(design.free_key(), labels, tuple(() for _column in range(columns)))
    return replace(design, sections=(*design.sections, section))


def add_clusters(design: FormDesign) -> FormDesign:
    """With the section of clusters, first unless it is there."""
    if any(section.is_clusters for section in design.sections):
        return design
    return replace(design, sections=(SectionDesign(design.free_key(), CLUSTERS, is_clusters=True), *design.sections))


def rename_section(design: FormDesign, key: str, labels: Mapping[str, str]) -> FormDesign:
    return design.with_section(replace(_section(design, key), labels=labels))


def set_columns(design: FormDesign, key: str, count: int) -> FormDesign:
    """The section with one column or two; read column by column, its fields stay in their order."""
    section = _section(design, key)
    if not 1 <= count <= MOST_COLUMNS or section.is_clusters:
        raise InvalidDesign(_("A section has one column or two."))
    if count == len(section.columns):
        return design
    places, half = section.places, -(-len(section.places) // 2)
    return design.with_section(replace(section, columns=(places,) if count == 1 else (places[:half], places[half:])))


def move_section(design: FormDesign, key: str, direction: Direction) -> FormDesign:
    place = design.sections.index(_section(design, key))
    return replace(design, sections=shifted(design.sections, place, direction))


def remove_section(design: FormDesign, key: str) -> FormDesign:
    """Without the section; its fields are no longer on the form."""
    gone = _section(design, key)
    return replace(design, sections=tuple(section for section in design.sections if section is not gone))


# Lists of fields: columns of the list, filters, highlights, related records.


def names_in(design: FormDesign, part: Part) -> list[str]:
    return design.listed if part == "list_columns" else list(getattr(design, part))


def _with(design: FormDesign, part: Part, items: Iterable[Any]) -> FormDesign:  # Any: names, or columns of the list
    named: dict[str, Any] = {part: tuple(items)}
    return replace(design, **named)


def add_to(design: FormDesign, part: Part, name: str) -> FormDesign:
    """With the name at the end of the part, once."""
    if name in names_in(design, part):
        return design
    return _with(design, part, (*getattr(design, part), ListColumn(name) if part == "list_columns" else name))


def take_from(design: FormDesign, part: Part, name: str) -> FormDesign:
    names = names_in(design, part)
    kept = (item for item, known in zip(getattr(design, part), names, strict=True) if known != name)
    return _with(design, part, kept)


def move_in(design: FormDesign, part: Part, name: str, direction: Direction) -> FormDesign:
    return _with(design, part, shifted(getattr(design, part), _place_in(design, part, name), direction))


def move_in_to(design: FormDesign, part: Part, name: str, position: int) -> FormDesign:
    """At this position of the part."""
    items = list(getattr(design, part))
    items.insert(max(position, 0), items.pop(_place_in(design, part, name)))
    return _with(design, part, items)


def set_width(design: FormDesign, name: str, width: int) -> FormDesign:
    columns = (replace(column, width=width) if column.field == name else column for column in design.list_columns)
    return replace(design, list_columns=tuple(columns))


def list_clusters(design: FormDesign) -> FormDesign:
    """With the one column and the one filter of all clusters."""
    return add_to(add_to(design, "list_columns", CLUSTERS_COLUMN), "filters", CLUSTERS_COLUMN)


def gather_clusters(design: FormDesign, fields: Container[str]) -> FormDesign:
    """With the one column and the one filter of all clusters where the list showed the first of these fields."""
    names = _gathered(design.listed, fields)
    columns = {column.field: column for column in design.list_columns}
    kept = tuple(columns.get(name, ListColumn(name)) for name in names)
    return replace(design, list_columns=kept, filters=tuple(_gathered(design.filters, fields)))


def shifted(items: Sequence[Item], place: int, direction: Direction) -> tuple[Item, ...]:
    """The items with one of them a place earlier or later; at the end as they were."""
    other = place + (1 if direction in ("down", "right") else -1)
    moved = list(items)
    if 0 <= other < len(moved):
        moved[place], moved[other] = moved[other], moved[place]
    return tuple(moved)


def _gathered(names: Iterable[str], fields: Container[str]) -> list[str]:
    return list(dict.fromkeys(CLUSTERS_COLUMN if name in fields else name for name in names))


def _where(design: FormDesign, name: str) -> tuple[SectionDesign, int, int]:
    for section in design.sections:
        for column, places in enumerate(section.columns):
            for position, place in enumerate(places):
                if place.field == name:
                    return section, column, position
    raise InvalidDesign(_("The field %s is not on this form any more.") % name)


def _section(design: FormDesign, key: str) -> SectionDesign:
    if section := design.section(key):
        return section
    raise InvalidDesign(_("The section is not on this form any more."))


def _neighbour(design: FormDesign, section: SectionDesign, step: int) -> SectionDesign | None:
    """The next section in this direction that takes fields."""
    place = design.sections.index(section)
    beyond: Iterable[SectionDesign] = design.sections[place + 1 :] if step > 0 else reversed(design.sections[:place])
    return next((other for other in beyond if not other.is_clusters), None)


def _place_in(design: FormDesign, part: Part, name: str) -> int:
    names = names_in(design, part)
    if name not in names:
        raise InvalidDesign(_("“%s” is not there any more.") % name)
    return names.index(name)


def _shortest(section: SectionDesign) -> int:
    lengths = [len(column) for column in section.columns]
    return lengths.index(min(lengths))


def _without(section: SectionDesign, name: str) -> SectionDesign:
    columns = tuple(tuple(place for place in column if place.field != name) for column in section.columns)
    return replace(section, columns=columns)


def _with_column(section: SectionDesign, column: int, places: Column) -> SectionDesign:
    columns = (places if at == column else other for at, other in enumerate(section.columns))
    return replace(section, columns=tuple(columns))
