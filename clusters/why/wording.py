"""A comparison of a rule in words: “Total spent is above 1,000.00”, by the labels of its fields and as pages show values."""

from contextlib import suppress

from django.utils.translation import gettext as _

from crm.rules.resolving import Fields, resolve
from crm.rules.tree import Between, FieldPath, InList, LiteralValue, NullCheck, Term
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition

DAYS = {"date", "datetime"}


def term_in_words(term: Term, fields: Fields, field: FieldDefinition | None) -> str:
    """`field` is the definition of the field that is compared; None for a system field."""
    kind = resolve(term.field, fields).field.kind
    return comparison_in_words(term, label_of(term.field, fields), field, has_days=kind in DAYS)


def comparison_in_words(term: Term, label: str, field: FieldDefinition | None, *, has_days: bool) -> str:
    """`label` says what is compared, `field` how its values are shown."""
    names = {"field": label}
    if isinstance(term, NullCheck):
        return (_("%(field)s is not empty") if term.present else _("%(field)s is empty")) % names
    if isinstance(term, Between):
        ends = {"low": _shown(term.low, field), "high": _shown(term.high, field)}
        return _("%(field)s is between %(low)s and %(high)s") % {**names, **ends}
    if isinstance(term, InList):
        return _("%(field)s is one of: %(values)s") % {
            **names,
            "values": ", ".join(_shown(value, field) for value in term.values),
        }
    pattern = _pattern(term.operator, has_days=has_days, is_like=term.value.has_wildcard)
    return pattern % {**names, "value": _shown(term.value, field)}


def label_of(path: FieldPath, fields: Fields) -> str:
    """The label of a field; of a related record's field both labels."""
    if path.buckets:
        return _("Bucket of %(count)s") % {"count": path.buckets}
    first = fields.find(path.name, through="any")
    labels = [first, *([first.related.find(path.sub, through="any")] if path.sub and first.related else [])]
    label = " · ".join(str(each.label or each.name) for each in labels)
    return _("Anniversary of %(field)s") % {"field": label} if path.yearly else label


def _pattern(operator: str, *, has_days: bool, is_like: bool) -> str:
    if operator in {"=", "<>"} and is_like:
        return _("%(field)s is like %(value)s") if operator == "=" else _("%(field)s is not like %(value)s")
    patterns = {
        "=": _("%(field)s is %(value)s"),
        "<>": _("%(field)s is not %(value)s"),
        "contains": _("%(field)s contains %(value)s"),
        "starts with": _("%(field)s starts with %(value)s"),
        "ends with": _("%(field)s ends with %(value)s"),
        "<": _("%(field)s is before %(value)s") if has_days else _("%(field)s is below %(value)s"),
        "<=": _("%(field)s is %(value)s or before") if has_days else _("%(field)s is at most %(value)s"),
        ">": _("%(field)s is after %(value)s") if has_days else _("%(field)s is above %(value)s"),
        ">=": _("%(field)s is %(value)s or later") if has_days else _("%(field)s is at least %(value)s"),
    }
    return patterns[operator]


def _shown(value: LiteralValue, field: FieldDefinition | None) -> str:
    """The value as pages show it; as it was written where it is none of the field's, as `today-30d`."""
    if field is not None and not value.has_wildcard:
        kind = fieldtypes.get(field.type)
        with suppress(fieldtypes.InvalidValue):
            return kind.display(kind.clean(value.text, field), field) or value.text
    return value.text
