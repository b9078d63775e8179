"""The columns of an export: fields of the entity, and of the records that they refer to (`userId.email`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.people.permissions import may
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.generated.related import related_model
from crm.schema.record import SYSTEM_FIELDS, Record
from crm.worksheets.errors import InvalidMapping
from crm.worksheets.formats.tables import CellKind

MOMENTS = {name for name in SYSTEM_FIELDS if name.endswith("In")}


@dataclass(frozen=True)
class ExportColumn:
    """`path` is the lookup of the value; `stored` is the Django field there, None for a Rule."""

    header: str
    path: str
    field: FieldDefinition
    stored: models.Field[Any, Any] | None  # Any: whatever the field holds

    @property
    def type(self) -> fieldtypes.FieldType:
        return fieldtypes.get(self.field.type)

    @property
    def is_text(self) -> bool:
        """Return True if people write the text, so that a spreadsheet might run it as a formula."""
        return self.type.may_be_formula

    @property
    def cells(self) -> CellKind:
        return self.type.workbook_cell

    @property
    def is_rule(self) -> bool:
        return self.stored is None


def all_fields(entity: EntityDefinition, actor: Actor | None = None) -> list[str]:
    """The id and every field that the actor may read."""
    return ["id", *(field.name for field in entity.visible_fields if _may_read(actor, entity, field.name))]


def columns_of(model: type[Record], names: Sequence[str], *, actor: Actor | None = None) -> list[ExportColumn]:
    """Raises InvalidMapping for a name that is no field, or none that the actor may read."""
    found = {name: export_column(model, name, actor=actor) for name in names}
    if unknown := [name for name, made in found.items() if made is None]:
        raise InvalidMapping(
            _("%(entity)s has no field %(names)s.") % {"entity": model.entity.acronym, "names": ", ".join(unknown)}
        )
    return [made for made in found.values() if made is not None]


def export_column(model: type[Record], name: str, *, actor: Actor | None = None) -> ExportColumn | None:
    first, dot, rest = name.partition(".")
    if not dot:
        return _own_column(model, name, actor)
    relation = model.entity.field(first) if _may_read(actor, model.entity, first) else None
    target = related_model(relation) if relation else None
    found = _own_column(target, rest, actor) if target else None
    return ExportColumn(name, f"{first}__{found.path}", found.field, found.stored) if found else None


def _own_column(model: type[Record], name: str, actor: Actor | None) -> ExportColumn | None:
    if name in SYSTEM_FIELDS:
        kind = "Date and Time" if name in MOMENTS else "Text"
        return ExportColumn(name, name, FieldDefinition(name, kind), model._meta.get_field(name))  # type: ignore[arg-type]  # no relation
    field = model.entity.field(name)
    if field is None or not _may_read(actor, model.entity, name):
        return None
    return ExportColumn(name, name, field, model._meta.get_field(name) if field.column else None)  # type: ignore[arg-type]  # a column


def _may_read(actor: Actor | None, entity: EntityDefinition, name: str) -> bool:
    return actor is None or may(actor, "read", entity.acronym, name)
