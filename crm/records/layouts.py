"""The form in force for an entity: list columns, filters, and the sections of the record page."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.records.errors import BadQuery
from crm.schema.definitions import EntityDefinition, FieldDefinition, in_language
from crm.schema.designs.stored_forms import default_forms, visible_forms
from crm.schema.form_design import CLUSTERS_COLUMN, PlaceDesign, SectionDesign
from crm.schema.models import Form

LIST_COLUMNS = 6  # of an entity without a form


@dataclass(frozen=True)
class FieldPlace:
    """A field on the page; the form can only be stricter than the field."""

    field: FieldDefinition
    read_only: bool = False
    required: bool = False
    help_text: str = ""
    default: Any = None  # JSON value, for new records
    combo_box: bool = True
    shown_if: str = ""
    required_if: str = ""
    read_only_if: str = ""


OPTIONS = tuple(name for name in FieldPlace.__dataclass_fields__ if name != "field")


@dataclass(frozen=True)
class Section:
    title: str
    columns: tuple[tuple[FieldPlace, ...], ...]
    is_clusters: bool = False

    @property
    def places(self) -> tuple[FieldPlace, ...]:
        return tuple(place for column in self.columns for place in column)


@dataclass(frozen=True)
class Layout:
    """Sections of the record page, and columns, filters and order of the list.

    `clusters_column` and `clusters_filter` say how many columns and filters stand before that of all clusters; None: without.
    """

    sections: tuple[Section, ...]
    columns: tuple[FieldDefinition, ...]
    filters: tuple[FieldDefinition, ...]
    sort: str = ""
    query: str = ""  # the rule of the list while its address says none
    widths: Mapping[str, int] = field(default_factory=dict)
    highlights: tuple[FieldDefinition, ...] = ()  # shown with each record that a keyword finds
    related: tuple[str, ...] = ()  # fields of other entities that point here, as AD.userId
    form: str = ""  # the name that `_form` has to give; empty for the form that is shown without
    title: str = ""  # of such a form
    clusters_column: int | None = None
    clusters_filter: int | None = None

    @property
    def address(self) -> str:
        """What addresses of this form's pages end in."""
        return f"?_form={self.form}" if self.form else ""


def layout_of(entity: EntityDefinition, form_name: str = "", *, actor: Actor) -> Layout:
    """The named form, or the one for the person's role, or the default one, or one made from the fields.

    Raises BadQuery when this person has none of that name.

    What the form names and is not there, such as a hidden field, is left out.
    """
    form = _stored_form(entity, form_name, actor)
    if form is None:
        if form_name:
            raise BadQuery(_("There is no form “%(name)s”.") % {"name": form_name[:60]})
        return _plain_layout(entity)
    is_implicit = not form_name or (form.is_default and form == _stored_form(entity, "", actor))
    return layout_from(entity, form, is_implicit=is_implicit)


def layout_from(entity: EntityDefinition, form: Form, *, is_implicit: bool = False) -> Layout:
    """`is_implicit` if pages whose address names no form show this one."""
    design, fields = form.content(), {field.name: field for field in entity.visible_fields}
    return Layout(
        sections=tuple(_section(section, fields) for section in design.sections),
        columns=_known(design.listed, fields) or entity.visible_fields[:LIST_COLUMNS],
        filters=_known(design.filters, fields),
        sort=design.sort,
        query=design.query,
        widths={column.field: column.width for column in design.list_columns},
        highlights=_known(design.highlights, fields),
        related=design.related,
        form="" if is_implicit else form.name,
        title="" if is_implicit else str(form),
        clusters_column=_place_of_clusters(design.listed, fields),
        clusters_filter=_place_of_clusters(design.filters, fields),
    )


def _stored_form(entity: EntityDefinition, name: str, actor: Actor) -> Form | None:
    """Without a name the form for the person's role, or the default one, or else the first that everybody has."""
    if "\0" in name:
        return None
    forms = visible_forms(actor).filter(name=name) if name else default_forms(actor)
    return forms.filter(entity__acronym=entity.acronym).first()


def _plain_layout(entity: EntityDefinition) -> Layout:
    places, columns = [FieldPlace(field) for field in entity.visible_fields], entity.visible_fields[:LIST_COLUMNS]
    sections = (Section(_("Clusters"), ((),), is_clusters=True), Section(_("Details"), (tuple(places[::2]), tuple(places[1::2]))))
    filters = tuple(field for field in columns if field.filterable)
    return Layout(sections, columns, filters, clusters_column=len(columns), clusters_filter=0)


def _known(names: Iterable[str], fields: Mapping[str, FieldDefinition]) -> tuple[FieldDefinition, ...]:
    return tuple(fields[name] for name in names if name in fields)


def _place_of_clusters(names: Sequence[str], fields: Container[str]) -> int | None:
    if CLUSTERS_COLUMN not in names:
        return None
    return sum(name in fields for name in names[: names.index(CLUSTERS_COLUMN)])


def _section(section: SectionDesign, fields: Mapping[str, FieldDefinition]) -> Section:
    title = in_language(section.labels, _("Clusters") if section.is_clusters else _("Details"))
    columns = tuple(tuple(_places(column, fields)) for column in section.columns)
    return Section(title, columns, section.is_clusters)


def _places(column: Iterable[PlaceDesign], fields: Mapping[str, FieldDefinition]) -> Iterator[FieldPlace]:
    for place in column:
        if place.field in fields:
            yield FieldPlace(fields[place.field], **{name: getattr(place, name) for name in OPTIONS})
