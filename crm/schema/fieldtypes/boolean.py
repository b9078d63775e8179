"""True or false, never unset."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.base import FieldType
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.errors import must_be
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.fieldtypes.options import TypeOption

TRUE = {"true", "1", "yes", "y", "sim", "s", "verdadeiro", "on", "x", "✓", "si", "sí", "verdadero"}
FALSE = {"false", "0", "no", "n", "não", "nao", "falso", "off"}


class Boolean(FieldType):
    """The column is NOT NULL with a database default, so that a new field is false everywhere at once."""

    label = "Boolean"
    kind = "boolean"
    needs_default = True
    has_few_values = True
    reading_options = frozenset({"meanings"})
    sample = "true, false"
    workbook_cell = "boolean"
    may_be_formula = False
    cell_expressions = {
        "postgresql": "CASE {x} WHEN true THEN 'true' WHEN false THEN 'false' END",
        "sqlite": "CASE {x} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END",
    }
    can_be_required = False  # it is never unset
    can_be_unique = False

    def column(self, field: FieldDefinition) -> models.Field:
        default = bool(self.clean(field.default, field))
        return models.BooleanField(db_default=default, default=default, db_column=field.name)

    def read(self, raw: Any, field: FieldDefinition) -> bool | None:
        if raw is None or isinstance(raw, bool):
            return raw
        word = trimmed(str(raw)).lower()
        if word in TRUE:
            return True
        if word in FALSE:
            return False
        if word == "":
            return None
        raise must_be(_("yes or no (true, false, 1, 0, sim, não)"), raw)

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        return "true|True|TRUE|false|False|FALSE"

    def cell(self, value: Any, field: FieldDefinition) -> str:
        return "" if value is None else "true" if value else "false"

    def form_field(self, field: FieldDefinition) -> forms.Field:
        return forms.BooleanField(required=False, label=field.label, help_text=field.description)

    def form_value(self, value: Any, field: FieldDefinition) -> bool:
        return bool(value)

    def display(self, value: Any, field: FieldDefinition) -> str:
        return str(gettext_lazy("Yes") if value else gettext_lazy("No"))

    def filter_options(self, field: FieldDefinition) -> list[tuple[str, str]]:
        return [("true", self.display(True, field)), ("false", self.display(False, field))]


class Rule(Boolean):
    """A condition over the record's other fields, answered by the database when it is asked: no column, read-only."""

    label = "Rule"
    rule_kind = "rule"
    needs_default = False
    can_be_converted = False
    can_have_default = False
    can_be_shown = False
    is_public = False
    options = (
        TypeOption(
            "expression", "rule", gettext_lazy("Rule"), gettext_lazy("Such as state=SP AND totalSpent>1000."), required=True
        ),
    )

    def column(self, field: FieldDefinition) -> None:  # type: ignore[override]  # the one type without a column
        return None
