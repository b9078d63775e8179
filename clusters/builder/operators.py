"""Which operators a field offers, in words, and what its values are typed with."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from clusters.builder.conditions import FormClause
from crm.records.lists.typed_filters import shown_text
from crm.rules.moments import is_relative
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.errors import InvalidValue
from crm.schema.fieldtypes.local_format import TypedText

TEXT = ("eq", "ne", "in", "contains", "starts", "ends", "empty", "filled")
NUMBER = ("eq", "ne", "gt", "ge", "lt", "le", "between", "empty", "filled")
DATE = ("eq", "gt", "lt", "between", "last", "before", "empty", "filled")
CHOICE = ("eq", "ne", "in", "empty", "filled")
OTHER = ("empty", "filled")
BY_KIND = {
    "text": TEXT, "integer": NUMBER, "decimal": NUMBER, "date": DATE, "datetime": DATE, "boolean": ("eq",),
    "choice": CHOICE, "choices": ("contains", "empty", "filled"),
}  # fmt: skip


@dataclass(frozen=True)
class FieldChoice:
    """A field that a condition may be about."""

    name: str
    label: str


def operators_of(field: FieldDefinition) -> Sequence[str]:
    return BY_KIND.get(fieldtypes.get(field.type).kind, OTHER)


def in_words(operator: str, field: FieldDefinition) -> str:
    is_date = fieldtypes.get(field.type).kind in {"date", "datetime"}
    words = {
        "eq": _("is"), "ne": _("is not"), "in": _("is any of"), "contains": _("contains"), "starts": _("starts with"),
        "ends": _("ends with"), "gt": _("is after") if is_date else _("is more than"), "ge": _("is at least"),
        "lt": _("is before") if is_date else _("is less than"), "le": _("is at most"), "between": _("is between"),
        "last": _("is in the last"), "before": _("is longer ago than"), "empty": _("is empty"), "filled": _("is not empty"),
    }  # fmt: skip
    return words[operator]


def units() -> list[tuple[str, str]]:
    return [("d", _("days")), ("w", _("weeks")), ("M", _("months"))]


def options(field: FieldDefinition) -> list[tuple[str, str]]:
    """Value and label of what is picked; nothing where values are typed."""
    return fieldtypes.get(field.type).filter_options(field)


def machine_value(field: FieldDefinition, typed: str) -> str:
    """A value as rules write it; what cannot be read stays as it was typed, and the rule says why."""
    text, kind = typed.strip(), fieldtypes.get(field.type)
    if not text or not kind.reads_locally or is_relative(text):
        return text
    try:
        return kind.cell(kind.clean(TypedText(text), field), field)
    except InvalidValue:
        return text


def comes_back(field: FieldDefinition, clause: FormClause) -> bool:
    """Whether the form sends the condition back as it is. A select says its first option in place of one that it lacks, a list
    is divided at its commas, an input drops line breaks, and a number may be rounded: such a rule stays a text.
    """
    if clause.operator not in operators_of(field):
        return False
    if clause.operator in {"last", "before"}:
        return True
    if offered := {value for value, _label in options(field)}:
        return offered.issuperset(clause.values)
    is_list = clause.operator == "in"
    return all(_comes_back(field, value) and not (is_list and "," in value) for value in clause.values)


def _comes_back(field: FieldDefinition, value: str) -> bool:
    back = machine_value(field, value if is_relative(value) else shown_text(field, value))
    if fieldtypes.get(field.type).kind in {"integer", "decimal"}:
        return _number(back) == _number(value)
    return value.isprintable() and back == value != ""


def _number(text: str) -> Decimal | str:
    """The number, or the text that is none."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def shown_values(field: FieldDefinition, clause: FormClause) -> list[str]:
    """As the person's language writes them."""
    if clause.operator in {"last", "before"}:
        return list(clause.values)
    return [text if is_relative(text) else shown_text(field, text) for text in clause.values]
