"""The form in force for an entity: list columns, filters, and the sections of the record page."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from crm.records.errors import BadQuery
from crm.schema.definitions import EntityDefinition, FieldDefinition, in_language
from crm.schema.models import Form, FormField, FormSection

LIST_COLUMNS = 6  # of an entity without a form


@dataclass(frozen=True)
class Place:
    """A field on the page; what the form says can only be stricter than the field."""

    field: FieldDefinition
    read_only: bool = False
    required: bool = False
    help_text: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    places: tuple[Place, ...]
    columns: int = 1
    is_clusters: bool = False


@dataclass(frozen=True)
class Layout:
    """Sections of the record page, and columns, filters and order of the list."""

    sections: tuple[Section, ...]
    columns: tuple[FieldDefinition, ...]
    filters: tuple[FieldDefinition, ...]
    sort: str = ""


def layout_of(entity: EntityDefinition, form_name: str = "") -> Layout:
    """The named form, or the default one, or one made from the fields. Raises BadQuery when there is none of that name."""
    form = _stored_form(entity, form_name)
    if form is None:
        if form_name:
            raise BadQuery(_("There is no form “%(name)s”.") % {"name": form_name[:60]})
        return _plain_layout(entity)
    return Layout(
        sections=tuple(_section(entity, section) for section in form.sections.all()),
        columns=_known_fields(entity, form.list_fields) or entity.visible_fields[:LIST_COLUMNS],
        filters=_known_fields(entity, form.filters),
        sort=form.sort,
    )


def _stored_form(entity: EntityDefinition, name: str) -> Form | None:
    if "\0" in name:
        return None
    forms = Form.objects.filter(entity__acronym=entity.acronym).prefetch_related("sections__places")
    return forms.filter(name=name).first() if name else forms.order_by("-is_default", "name").first()


def _plain_layout(entity: EntityDefinition) -> Layout:
    places = tuple(Place(field) for field in entity.visible_fields)
    columns = entity.visible_fields[:LIST_COLUMNS]
    return Layout((Section(_("Details"), places, columns=2),), columns, tuple(field for field in columns if field.filterable))


def _known_fields(entity: EntityDefinition, names: list[str]) -> tuple[FieldDefinition, ...]:
    found = (entity.field(name) for name in names)
    return tuple(field for field in found if field)


def _section(entity: EntityDefinition, section: FormSection) -> Section:
    title = in_language(section.labels, _("Details"))
    return Section(title, tuple(_places(entity, section)), section.columns, section.kind == "clusters")


def _places(entity: EntityDefinition, section: FormSection) -> Iterator[Place]:
    for place in section.places.all():
        if field := entity.field(place.field):
            yield _place(field, place)


def _place(field: FieldDefinition, place: FormField) -> Place:
    return Place(field, place.read_only, place.required, place.help_text)
