"""Applies rules to querysets of records: as filters, and as annotated columns."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import BooleanField, Case, Count, ExpressionWrapper, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone

from crm.people.actors import Actor
from crm.people.permissions import may
from crm.records.folding_once import folding_once
from crm.rules.comparisons.options import as_stored
from crm.rules.compiling import compile_rule, to_q
from crm.rules.conditions import Condition
from crm.rules.context import RuleContext
from crm.rules.errors import RuleError
from crm.rules.parsing import parse
from crm.rules.related.queries import asks_related
from crm.rules.resolving import Fields
from crm.rules.tree import Comparison, FieldPath, LiteralValue, NullCheck, Rule
from crm.schema.definitions import FieldDefinition
from crm.schema.generated.classes import GeneratedModels
from crm.schema.generated.rule_fields import check_expression, rule_fields
from crm.schema.record import Record


def rule_context(*, exact: bool = False) -> RuleContext:
    """What rules mean now, in the site's zone."""
    return RuleContext(timezone.now(), ZoneInfo(settings.TIME_ZONE), exact=exact)


def writing_context(model: type[Record]) -> RuleContext:
    """For a rule that somebody is writing: what is no option of a field, and held by no record, is refused."""
    return replace(rule_context(), is_held=holder(model))


def holder(model: type[Record]) -> Callable[[Condition], bool]:
    return lambda condition: model.objects.filter(to_q(condition)).exists()


def checked_rule(text: str, model: type[Record], *, reader: Actor | None = None) -> Rule:
    """The rule that somebody has written over these records, options by their stored values. Raises RuleError."""
    fields = fields_of(model, reader=reader)
    return as_stored(check_expression(text, fields, is_held=holder(model)), fields)


def fields_of(model: type[Record], *, reader: Actor | None = None, filters_only: bool = False) -> Fields:
    """The fields that a rule over these records may name; only those that the reader may read, if one is given."""
    generated: GeneratedModels = model._meta.apps  # type: ignore[assignment]  # our own registry
    may_read = None if reader is None else lambda acronym, name: may(reader, "read", acronym, name)
    return rule_fields(
        model.entity,
        generated.snapshot,
        may_read=may_read,
        filters_only=filters_only,
        records=lambda acronym: generated[acronym].objects.all(),
    )


def condition(rule: Rule, model: type[Record], *, exact: bool = False, as_column: bool = False) -> Q:
    """Where a rule holds, for any reader; `as_column` for the few records of a page. Raises RuleError."""
    return compile_rule(rule, fields_of(model), rule_context(exact=exact), as_column=as_column)


def matching(records: QuerySet[Record], text: str, *, reader: Actor | None = None) -> QuerySet[Record]:
    """The records for which a rule holds, as a search reads it. Raises RuleError."""
    fields = fields_of(records.model, reader=reader, filters_only=True)
    return records.filter(compile_rule(parse(text), fields, writing_context(records.model)))


def counts_where(records: QuerySet[Record], conditions: Mapping[str, Q]) -> dict[str, int]:
    """How many records meet each condition: one scan for all of them, and a query for each that is over related records, which
    PostgreSQL answers several times as fast as within the scan (1.4 s instead of 9 s of 1,000,000 customers).
    """
    apart = {name: condition for name, condition in conditions.items() if asks_related(condition)}
    together = [name for name in conditions if name not in apart]
    found = _counts_in_one_scan(records, [conditions[name] for name in together])
    counts = dict(zip(together, found, strict=True)) | {name: records.filter(each).count() for name, each in apart.items()}
    return {name: counts[name] for name in conditions}


def _counts_in_one_scan(records: QuerySet[Record], conditions: Sequence[Q]) -> list[int]:
    if not conditions:
        return []
    records, conditions = folding_once(records, conditions)
    numbers = records.aggregate(**{f"crm_{at}": Count("pk", filter=condition) for at, condition in enumerate(conditions)})
    return [numbers[f"crm_{at}"] for at in range(len(conditions))]


def with_rules(records: QuerySet[Record], fields: Iterable[FieldDefinition]) -> QuerySet[Record]:
    """The records with the answer of each Rule field among `fields` as an attribute of its name."""
    return with_answers(records, {field.name: field.name for field in fields if field.type == "Rule"})


def with_answers(records: QuerySet[Record], rules: Mapping[str, str]) -> QuerySet[Record]:
    """The records with the answers of Rule fields: each by the name of its attribute, `Loyal` or `userId.Loyal`."""
    if not rules:
        return records
    # Made once: with hundreds of clusters an entity has hundreds of fields, and each rule would make all of them anew.
    fields, now = fields_of(records.model), rule_context()
    return records.annotate(**{name: _answer(rule, fields, now) for name, rule in rules.items()})


def is_true(name: str) -> Rule:
    """That a Boolean or Rule field, or `name.sub` of a related record, is true."""
    return Comparison(_path(name), "=", LiteralValue(("true",)))


def _answer(name: str, fields: Fields, now: RuleContext) -> Combinable:
    """Null where there is no related record to ask, and for a rule that
    cannot be answered any more, as when a release drops a type."""
    try:
        answer = ExpressionWrapper(compile_rule(is_true(name), fields, now, as_column=True), output_field=BooleanField())
        if not _path(name).sub:
            return answer
        return Case(
            When(compile_rule(NullCheck(_path(name), present=True), fields, now), then=answer),
            default=None,
            output_field=BooleanField(null=True),
        )
    except RuleError:
        return Value(None, output_field=BooleanField(null=True))


def _path(name: str) -> FieldPath:
    first, _dot, sub = name.partition(".")
    return FieldPath(first, sub)
