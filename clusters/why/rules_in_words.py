"""A whole rule in words, also about records that refer to another: “Number of Orders where Status is paid is at least 3”."""

from django.utils.translation import gettext as _

from clusters.why.wording import DAYS, comparison_in_words, term_in_words
from crm.rules.resolving import Fields, canonical_path, find_reference
from crm.rules.tree import AllOf, AnyOf, NotRule, RelatedTest, Rule
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot


def rule_in_words(rule: Rule, entity: EntityDefinition, fields: Fields, snapshot: Snapshot) -> str:
    """`fields` are those of the entity."""
    if isinstance(rule, AllOf | AnyOf):
        word = _("and") if isinstance(rule, AllOf) else _("or")
        return f" {word} ".join(_grouped(part, rule_in_words(part, entity, fields, snapshot)) for part in rule.rules)
    if isinstance(rule, NotRule):
        return _("not (%s)") % rule_in_words(rule.rule, entity, fields, snapshot)
    if isinstance(rule, RelatedTest):
        return related_in_words(rule, fields, snapshot)
    path = canonical_path(rule.field, fields)
    return term_in_words(rule, fields, definition_of(str(path), entity, snapshot)[1])


def related_in_words(test: RelatedTest, fields: Fields, snapshot: Snapshot) -> str:
    reference = find_reference(test.records, fields)
    other, inner = snapshot.entities[reference.entity], reference.fields()
    field = other.field(inner.find(test.of, through="any").name) if test.of else None
    subject = _subject(test, other, field)
    if test.records.where is not None:
        where = rule_in_words(test.records.where, other, inner, snapshot)
        subject = _("%(subject)s where %(rule)s") % {"subject": subject, "rule": where}
    if test.test is None:
        return subject
    return comparison_in_words(test.test, subject, _shown_as(test, field), has_days=_has_days(field))


def definition_of(
    path: str, entity: EntityDefinition, snapshot: Snapshot
) -> tuple[EntityDefinition | None, FieldDefinition | None]:
    """The entity and the definition of a field, of the related record for `userId.email`; none of a system field."""
    name, dot, sub = path.partition(".")
    own = entity.field(name)
    if not dot or own is None:
        return entity, own
    other = snapshot.entities.get(own.options.get("entity", ""))
    return other, other.field(sub) if other else None


def _subject(test: RelatedTest, other: EntityDefinition, field: FieldDefinition | None) -> str:
    patterns = {
        "has": _("Has %(entity)s"),
        "count": _("Number of %(entity)s"),
        "sum": _("Sum of %(field)s of %(entity)s"),
        "min": _("Earliest %(field)s of %(entity)s") if _has_days(field) else _("Smallest %(field)s of %(entity)s"),
        "max": _("Latest %(field)s of %(entity)s") if _has_days(field) else _("Largest %(field)s of %(entity)s"),
        "avg": _("Average %(field)s of %(entity)s"),
    }
    return patterns[test.function] % {"entity": other.name, "field": field.label if field else test.of}


def _shown_as(test: RelatedTest, field: FieldDefinition | None) -> FieldDefinition | None:
    """A number of records and an average are no value of the field."""
    return field if test.function in {"sum", "min", "max"} else None


def _has_days(field: FieldDefinition | None) -> bool:
    return field is not None and fieldtypes.get(field.type).kind in DAYS


def _grouped(rule: Rule, words: str) -> str:
    return f"({words})" if isinstance(rule, AllOf | AnyOf) else words
