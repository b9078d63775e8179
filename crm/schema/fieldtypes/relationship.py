"""A record of another entity, or of the same."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.base import FieldType
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.errors import InvalidValue
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.fieldtypes.options import TypeOption

RECORDS = "record"  # the label under which generated classes are registered


class RelatedRecords(Protocol):
    """What `generated.related` looks up about the records that relationships point to. `apps`
    gives it to the type, since the generated classes are themselves made from the types."""

    def resolve(self, cells: Sequence[str], field: FieldDefinition) -> tuple[dict[str, str], dict[str, str]]:
        """The id by cell, and the reason by cell that means no record."""

    def titles(self, ids: Collection[str], field: FieldDefinition) -> dict[str, str]:
        """What is shown of a record, by its id."""

    def written(self, record_id: str, field: FieldDefinition) -> str:
        """What reads back as this record."""


class Relationship(FieldType):
    """Holds the other record's id. May be written as that id, as `CL-` and the id, or as the value of its field to show.

    The database does not check it: a writer of a reference locks the record that it points
    to (`records.writing.references`), a deletion of a record looks for references to it.
    So hidden and kept columns hinder nobody, and no check per row slows a worksheet down.
    """

    label = "Relationship"
    kind = "relation"
    rule_kind = "relation"
    asks_database = True
    records: ClassVar[RelatedRecords]
    options = (
        TypeOption("entity", "entity", _("Entity"), _("What the field points to."), required=True),
        TypeOption(
            "display", "field", _("Field to show"), _("What is shown of the other record, such as its e-mail; its id if empty.")
        ),
    )
    can_have_default = False
    can_be_searched = True  # by what is shown of the other record
    can_be_shown = False
    can_be_sorted = False  # nobody looks for an order of ids

    def column(self, field: FieldDefinition) -> models.Field:
        return models.ForeignKey(
            f"{RECORDS}.{field.options['entity'].lower()}",
            models.DO_NOTHING,
            null=True,
            db_column=field.name,
            db_constraint=False,
            db_index=False,  # its index is one of the entity's own (`constraints.named_indexes`)
            related_name=f"crm_%(class)s_{field.name}",
        )

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        text = "" if raw is None else trimmed(str(raw))
        if text == "":
            return None
        found, wrong = self.records.resolve([text], field)
        if wrong:
            raise InvalidValue(wrong[text])
        return found[text]

    def read_column(self, cells: Sequence[str], field: FieldDefinition, form: CellFormat) -> tuple[list[Any], dict[str, str]]:
        texts = {cell: trimmed(cell) for cell in set(cells)}
        found, wrong = self.records.resolve(sorted(set(texts.values()) - {""}), field)
        refused = {cell: wrong[text] for cell, text in texts.items() if text in wrong}
        return [found.get(texts[cell]) for cell in cells], refused

    def from_history(self, value: Any, field: FieldDefinition) -> str | None:
        """Also of a record that is gone."""
        return None if value is None else str(value)

    def form_value(self, value: Any, field: FieldDefinition) -> str:
        """What reads back as the same record: the shown value where it is unique, else the id."""
        return self.records.written(value, field) if value else ""

    def display(self, value: Any, field: FieldDefinition) -> str:
        return self.display_column([value], field)[0]

    def display_column(self, values: Sequence[Any], field: FieldDefinition) -> list[str]:
        titles = self.records.titles({value for value in values if value}, field)
        return [titles.get(value, value or "") for value in values]
