"""What a record page shows one person: the form's sections, each with the fields that the person may read."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from crm.extensions import ClusterChip, extensions
from crm.people.actors import Actor
from crm.records.access import readable
from crm.records.cells import chips_of
from crm.records.forms.conditions import Conditions, locked
from crm.records.forms.record_clusters import ClustersAsked, RecordClusters, clusters_beside
from crm.records.layouts import FieldPlace, Layout, Section
from crm.records.validating import default_value
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.generated import current
from crm.schema.record import Record, attribute, held

NOTHING_ASKED = ClustersAsked()


@dataclass(frozen=True)
class RecordView:
    """What a form shows: the fields in sections, their values, and which of them are clusters."""

    entity: EntityDefinition
    sections: tuple[Section, ...]
    chips: Mapping[str, ClusterChip]
    record: Record | None
    layout: Layout
    given: Mapping[str, str]  # what the address says of a new record, by field
    conditions: Conditions
    clusters: RecordClusters | None = None  # where the form has a place for them

    @cached_property
    def before(self) -> Record:
        """Before anything is typed: the record as it is stored, or a new one as the form shows it first."""
        return self.record or blank(self.conditions.model, self.places, self.given)

    @property
    def address(self) -> str:
        """What addresses of this form's pages end in."""
        return self.layout.address

    @property
    def places(self) -> list[FieldPlace]:
        return _places(self.sections)


def build_record_view(
    entity: EntityDefinition,
    layout: Layout,
    record: Record | None,
    *,
    actor: Actor,
    given: Mapping[str, str] | None = None,
    asked: ClustersAsked = NOTHING_ASKED,
) -> RecordView:
    """What the form shows this person: the layout's sections, each with
    the fields one may read; clusters in their own, if there is one."""
    clusters = extensions.clusters(actor, entity.acronym)
    chips = chips_of(clusters)
    allowed = {field.name: field for field in readable(actor, entity)}
    is_apart = any(section.is_clusters for section in layout.sections)
    beside = clusters_beside(clusters, record, asked) if is_apart else None
    shown = {name for name, field in allowed.items() if not _waits_for_system(field, record)}
    plain = {name for name in shown if not (is_apart and name in chips)}
    sections = [_shown(section, beside, allowed, plain) for section in layout.sections]
    conditions = Conditions(type(record) if record else current.models()[entity.acronym], actor)
    sections = _locked([section for section in sections if section.places], record, conditions)
    return RecordView(entity, tuple(sections), chips, record, layout, given or {}, conditions, beside)


def _locked(sections: list[Section], record: Record | None, conditions: Conditions) -> list[Section]:
    """With the places read-only whose rule says so of the record as it is stored, or of a new one that nobody has filled in."""
    if not any(place.read_only_if for place in _places(sections)):
        return sections
    stored = record or blank(conditions.model, _places(sections), {})
    return [
        replace(section, columns=tuple(tuple(locked(column, stored, conditions)) for column in section.columns))
        for section in sections
    ]


def _places(sections: Iterable[Section]) -> list[FieldPlace]:
    return [place for section in sections for place in section.places]


def _waits_for_system(field: FieldDefinition, record: Record | None) -> bool:
    """Return True if only the system fills it and has not yet: an empty input would be useless."""
    is_theirs = fieldtypes.get(field.type).filled_with in {"number", "user", "scores"}
    return is_theirs and (record is None or held(record, field.name) is None)


def _shown(
    section: Section, beside: RecordClusters | None, allowed: Mapping[str, FieldDefinition], plain: Container[str]
) -> Section:
    return _clusters(section, beside.fields, allowed) if section.is_clusters and beside else _with_only(section, plain)


def _clusters(section: Section, fields: Iterable[str], allowed: Mapping[str, FieldDefinition]) -> Section:
    """The clusters, in the catalogue's order, with what the form says of some."""
    known = {place.field.name: place for place in section.places}
    places = tuple(known.get(name, FieldPlace(allowed[name])) for name in fields if name in allowed)
    return replace(section, columns=(places,))


def _with_only(section: Section, names: Container[str]) -> Section:
    columns = (tuple(place for place in column if place.field.name in names) for column in section.columns)
    return replace(section, columns=tuple(columns))


def first_value(place: FieldPlace, given: Mapping[str, str]) -> Any:  # Any: a typed value
    """What a new record's place shows: what its address gives it, else the form's default, else the field's."""
    field = place.field
    if field.name in given and not place.read_only:
        return default_value(replace(field, default=given[field.name]))
    of_form = default_value(replace(field, default=place.default)) if place.default is not None else None
    return default_value(field) if of_form is None else of_form


def blank(model: type[Record], places: Iterable[FieldPlace], given: Mapping[str, str]) -> Record:
    """The record as a form shows it first; it is stored nowhere and has no id."""
    values = {field.name: default_value(field) for field in model.entity.visible_fields if field.column}
    values |= {place.field.name: first_value(place, given) for place in places if place.field.column}
    return model(**{attribute(model, name): value for name, value in values.items()}, id=None)
