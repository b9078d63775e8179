"""Which operators a field offers, in words, and what its values are typed with."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from clusters.builder.conditions import AGES, WITHOUT_VALUE, FormClause, NotShown, RelatedFunction
from clusters.builder.offering import DAYS, OfferedField, OfferedRecords, kind_of
from crm.records.lists.typed_filters import machine_text, shown_text
from crm.rules.binding import COMPUTABLE
from crm.rules.moments import is_relative
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.errors import InvalidValue
from crm.schema.fieldtypes.local_format import local_format

TEXT = ("eq", "ne", "in", "contains", "starts", "ends", "like", "unlike", "empty", "filled")
NUMBER = ("eq", "ne", "gt", "ge", "lt", "le", "between", "empty", "filled")
DATE = ("eq", "ne", "gt", "ge", "lt", "le", "between", "last", "before", "yearly", "empty", "filled")
CHOICE = ("eq", "ne", "in", "empty", "filled")
OTHER = ("empty", "filled")
BY_KIND = {
    "text": TEXT, "integer": NUMBER, "decimal": NUMBER, "date": DATE, "datetime": DATE, "boolean": ("eq", "ne"),
    "relation": TEXT, "user": TEXT, "score": TEXT, "choice": CHOICE, "choices": ("contains", "empty", "filled"),
}  # fmt: skip


def operators_of(field: OfferedField) -> Sequence[str]:
    offered = BY_KIND.get(kind_of(field.definition), OTHER)
    left_out = {*(() if field.may_be_empty else WITHOUT_VALUE), *(("yearly",) if field.is_computed else ())}
    return tuple(each for each in offered if each not in left_out)


def in_words(operator: str, field: FieldDefinition) -> str:
    if kind_of(field) in DAYS and operator in (days := _days_in_words()):
        return days[operator]
    words = {
        "eq": _("is"), "ne": _("is not"), "in": _("is any of"), "contains": _("contains"), "starts": _("starts with"),
        "ends": _("ends with"), "like": _("fits, * being any text"), "unlike": _("does not fit, * being any text"),
        "gt": _("is more than"), "ge": _("is at least"), "lt": _("is less than"), "le": _("is at most"),
        "between": _("is between"), "empty": _("is empty"), "filled": _("is not empty"),
    }  # fmt: skip
    return words[operator]


def _days_in_words() -> dict[str, str]:
    return {
        "gt": _("is after"), "ge": _("is on or after"), "lt": _("is before"), "le": _("is on or before"),
        "last": _("is in the last"), "before": _("is longer ago than"), "yearly": _("has its anniversary between"),
    }  # fmt: skip


def functions_of(records: OfferedRecords) -> list[tuple[RelatedFunction, str]]:
    """What may be asked of records that refer to this one, in words."""
    words: list[tuple[RelatedFunction, str]] = [
        ("has", _("has")), ("none", _("has no")), ("count", _("number of")), ("sum", _("sum of")), ("avg", _("average of")),
        ("min", _("smallest or earliest")), ("max", _("largest or latest")),
    ]  # fmt: skip
    computable = {function for function in COMPUTABLE if records.offer().computable(function)}
    return [(function, text) for function, text in words if function in {"has", "none", "count", *computable}]


def units() -> list[tuple[str, str]]:
    return [("d", _("days")), ("w", _("weeks")), ("M", _("months"))]


def relative_days() -> list[tuple[str, str]]:
    """Days that move on, as rules write them and in words: some of the many there are."""
    return [
        ("today", _("today")), ("today-7d", _("7 days ago")), ("today+7d", _("in 7 days")), ("today-1y", _("a year ago")),
        ("week start", _("the first day of this week")), ("month start", _("the first day of this month")),
        ("month end", _("the last day of this month")), ("year start", _("the first day of this year")),
    ]  # fmt: skip


def options(field: FieldDefinition) -> list[tuple[str, str]]:
    """Value and label of what is picked; nothing where values are typed."""
    return fieldtypes.get(field.type).filter_options(field)


def machine_value(field: FieldDefinition, typed: str) -> str:
    """A value as rules write it; what cannot be read stays as it was typed, and the rule says why."""
    text, kind = typed.strip(), fieldtypes.get(field.type)
    if not text or not kind.reads_locally or is_relative(text):
        return text
    try:
        return machine_text(kind, text, field)
    except InvalidValue:
        return text


def check_comes_back(offered_field: OfferedField, clause: FormClause) -> None:
    """Raises NotShown for a condition that the form would not send back as it is, which stays a text. A select says its first
    option in place of one that it lacks, a list is divided at its commas, an input drops line breaks, a number may be rounded.
    """
    field, words = offered_field.definition, {"field": offered_field.label}
    if clause.operator not in operators_of(offered_field):
        compared = {**words, "how": in_words(clause.operator, field)}
        raise NotShown(_("The form does not compare “%(field)s” by “%(how)s”.") % compared)
    if clause.operator in AGES:
        return
    lost = next((value for value in clause.values if not _is_sent_back(field, clause.operator, value)), None)
    if lost is not None:
        raise NotShown(
            _("The form could not send the value “%(value)s” of “%(field)s” back as it is.") % {**words, "value": lost}
        )


def _is_sent_back(field: FieldDefinition, operator: str, value: str) -> bool:
    if offered := options(field):
        return value in {option for option, _label in offered}
    return _comes_back(field, value) and not (operator == "in" and "," in value)


def _comes_back(field: FieldDefinition, value: str) -> bool:
    back = machine_value(field, shown_value(field, value))
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
    if clause.operator in AGES:
        return list(clause.values)
    return [shown_value(field, text) for text in clause.values]


def shown_value(field: FieldDefinition, text: str) -> str:
    """A number with the digits that were typed, where it is read back as that."""
    if not text or is_relative(text):
        return text
    plain = text.replace(".", local_format().decimal)
    is_number = fieldtypes.get(field.type).is_numeric and machine_value(field, plain) == text
    return plain if is_number else shown_text(field, text)
