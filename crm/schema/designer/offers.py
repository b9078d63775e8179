"""What the designer shows: a form's sections, the fields that are not on it, and what each part of the list can take."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from crm.extensions import extensions
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot, in_language
from crm.schema.designs import arranging, checking
from crm.schema.designs.arranging import Part
from crm.schema.designs.form_rules import rules_of
from crm.schema.form_design import CLUSTERS_COLUMN, Column, FormDesign, PlaceDesign, SectionDesign

MOST_OFFERED = 60  # fields offered at once; a search finds the others
LONGEST_RULE_NOTE = 60  # characters of a rule

Option = tuple[str, str]  # a value and what is shown of it


@dataclass(frozen=True)
class PlacedRow:
    """A field at its position on the form: notes on its settings, and the directions in which it can move."""

    name: str
    label: str
    type: str
    notes: tuple[str, ...]
    up: bool
    down: bool
    left: bool | None = None  # None in a section of one column
    right: bool | None = None
    is_gone: bool = False
    width: int = 0


@dataclass(frozen=True)
class SectionRows:
    key: str
    title: str
    columns: list[list[PlacedRow]]
    is_clusters: bool
    up: bool
    down: bool


@dataclass(frozen=True)
class Offered:
    """A part of the list: what is in it, what could be added, and what could not, with the reason."""

    part: Part
    rows: list[PlacedRow]
    options: list[Option]
    refused: list[tuple[str, str]] = field(default_factory=list)


def section_rows(design: FormDesign, entity: EntityDefinition) -> list[SectionRows]:
    fields = {field.name: field for field in entity.visible_fields}
    last = len(design.sections) - 1
    return [_section(section, design, fields, at > 0, at < last) for at, section in enumerate(design.sections)]


def palette(design: FormDesign, entity: EntityDefinition, find: str = "") -> tuple[list[FieldDefinition], int]:
    """Fields that are not on the form and match the search, and how many more there are."""
    placed = set(design.placed)
    if any(section.is_clusters for section in design.sections):
        placed |= set(extensions.cluster_fields(entity.acronym))
    wanted = find.strip().lower()
    found = [
        field
        for field in entity.visible_fields
        if field.name not in placed and (wanted in field.label.lower() or wanted in field.name.lower())
    ]
    return found[:MOST_OFFERED], max(len(found) - MOST_OFFERED, 0)


def offered(part: Part, design: FormDesign, entity: EntityDefinition, clusters: Container[str] = ()) -> Offered:
    """`clusters` are the clusters' own fields: where the part takes all of them as one entry, they are not offered beside it."""
    fields = {field.name: field for field in entity.visible_fields}
    names = arranging.names_in(design, part)
    widths = {column.field: column.width for column in design.list_columns} if part == "list_columns" else {}
    free = [field for field in fields.values() if field.name not in names and field.name not in clusters]
    judged = [(field, checking.part_refusal(part, field)) for field in free]
    rows = [_listed(name, fields.get(name), at, len(names), widths.get(name, 0)) for at, name in enumerate(names)]
    return Offered(
        part,
        rows,
        [*_all_clusters(part, names), *((field.name, field.label) for field, reason in judged if not reason)],
        [(field.label, reason) for field, reason in judged if reason],
    )


def _all_clusters(part: Part, names: Container[str]) -> Iterator[Option]:
    if part in checking.CLUSTERS_PARTS and CLUSTERS_COLUMN not in names:
        yield CLUSTERS_COLUMN, _("Clusters")


def offered_related(design: FormDesign, entity: EntityDefinition, snapshot: Snapshot) -> Offered:
    known = {
        f"{other.acronym}.{field.name}": f"{other.name}: {field.label}"
        for other, field in checking.related_fields(snapshot, entity.acronym)
    }
    last = len(design.related) - 1
    rows = [
        PlacedRow(name, known.get(name, name), "", (), at > 0, at < last, is_gone=name not in known)
        for at, name in enumerate(design.related)
    ]
    return Offered("related", rows, [(name, label) for name, label in known.items() if name not in design.related])


def orders(entity: EntityDefinition) -> tuple[list[Option], list[tuple[str, str]]]:
    """What a list can be sorted by, and what it cannot, with the reason."""
    judged = [(field, checking.order_refusal(field)) for field in entity.visible_fields]
    good = [(field.name, field.label) for field, reason in judged if not reason]
    return [("", _("the newest first")), ("id", _("Record id")), *good], [
        (field.label, reason) for field, reason in judged if reason
    ]


def _section(section: SectionDesign, design: FormDesign, fields: dict[str, FieldDefinition], up: bool, down: bool) -> SectionRows:
    title = in_language(section.labels, _("Clusters") if section.is_clusters else _("Details"))
    steps = _ways_out(section, design)
    columns = [list(_rows(column, at, len(section.columns), fields, steps)) for at, column in enumerate(section.columns)]
    return SectionRows(section.key, title, columns, section.is_clusters, up, down)


def _ways_out(section: SectionDesign, design: FormDesign) -> tuple[bool, bool]:
    """Return True if there is a section that takes fields above, and below."""
    place = design.sections.index(section)
    above, below = design.sections[:place], design.sections[place + 1 :]
    return any(not other.is_clusters for other in above), any(not other.is_clusters for other in below)


def _rows(
    column: Column, at: int, columns: int, fields: dict[str, FieldDefinition], steps: tuple[bool, bool]
) -> Iterator[PlacedRow]:
    for position, place in enumerate(column):
        found = fields.get(place.field)
        yield PlacedRow(
            name=place.field,
            label=found.label if found else place.field,
            type=found.type if found else "",
            notes=tuple(_notes(place, found)),
            up=position > 0 or steps[0],
            down=position < len(column) - 1 or steps[1],
            left=at > 0 if columns > 1 else None,
            right=at < columns - 1 if columns > 1 else None,
            is_gone=found is None,
        )


def _notes(place: PlaceDesign, field: FieldDefinition | None) -> Iterator[str]:
    """How the place differs from its field, and what the field itself requires."""
    if field is None:
        yield _("hidden, so left out")
        return
    if not fieldtypes.is_writable(field):
        yield _("read-only everywhere")
    elif place.read_only:
        yield _("read-only here")
    if fieldtypes.is_always_required(field):
        yield _("required everywhere")
    elif place.required:
        yield _("required here")
    yield from _rule_notes(place)
    if place.default is not None:
        yield _("default")
    if place.help_text:
        yield _("help")


def _rule_notes(place: PlaceDesign) -> Iterator[str]:
    words = {"shown_if": _("shown if %s"), "required_if": _("required if %s"), "read_only_if": _("read-only if %s")}
    for kind, rule in rules_of(place):
        yield words[kind] % Truncator(rule).chars(LONGEST_RULE_NOTE)


def _listed(name: str, field: FieldDefinition | None, at: int, count: int, width: int) -> PlacedRow:
    if name == CLUSTERS_COLUMN:
        return PlacedRow(name, _("Clusters"), _("all of them"), (), at > 0, at < count - 1, width=width)
    notes = () if field else (_("hidden, so left out"),)
    return PlacedRow(
        name,
        field.label if field else name,
        field.type if field else "",
        notes,
        at > 0,
        at < count - 1,
        is_gone=field is None,
        width=width,
    )
