"""An entity's fields as rules see them, and the Rule fields of a snapshot that are broken."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.rules.binding import bind
from crm.rules.conditions import Condition
from crm.rules.context import RuleContext
from crm.rules.errors import RuleError
from crm.rules.expanding import expand
from crm.rules.parsing import parse
from crm.rules.reading import fields_read, labels_in
from crm.rules.resolving import BackReference, FieldOption, Fields, RuleField
from crm.rules.tree import Rule
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.fieldtypes.choice import option_label, words_of
from crm.schema.generated.relationships import relationships

MayRead = Callable[[str, str], bool]  # an entity's acronym, a field's name

PEOPLE = fieldtypes.get("User Login")
SYSTEM = (
    RuleField("id", "id", gettext_lazy("Record id"), nullable=False),
    RuleField("createdBy", "text", gettext_lazy("Created by"), names=PEOPLE.names),
    RuleField("createdIn", "datetime", gettext_lazy("Created")),
    RuleField("updatedBy", "text", gettext_lazy("Changed by"), names=PEOPLE.names),
    RuleField("updatedIn", "datetime", gettext_lazy("Changed")),
    RuleField("lastInteractionBy", "text", gettext_lazy("Last touched by"), names=PEOPLE.names),
    RuleField("lastInteractionIn", "datetime", gettext_lazy("Last touched")),
)
# The validity of a rule does not depend on the time of asking.
ANY_TIME = RuleContext(datetime(2026, 1, 1, tzinfo=UTC), UTC)


RecordsOf = Callable[[str], QuerySet]  # all records of an entity


@dataclass(frozen=True)
class RuleWorld:
    """What the fields of rules are made from. `may_read`: None for everybody; `records` only where rules are answered."""

    snapshot: Snapshot
    may_read: MayRead | None = None
    records: RecordsOf | None = None

    def reads(self, acronym: str, name: str) -> bool:
        return self.may_read is None or self.may_read(acronym, name)

    def all_records(self, acronym: str) -> QuerySet:
        """Raises LookupError for a draft, whose records are not there yet."""
        if self.records is None:
            raise LookupError(f"No records of {acronym} to ask.")
        return self.records(acronym)


def rule_fields(
    entity: EntityDefinition,
    snapshot: Snapshot,
    *,
    may_read: MayRead | None = None,
    filters_only: bool = False,
    records: RecordsOf | None = None,
) -> Fields:
    """The visible fields and the system fields. `filters_only`: those
    that are no filter are refused, as lists and searches do."""
    return _fields(entity, RuleWorld(snapshot, may_read, records), filters_only=filters_only)


def _fields(entity: EntityDefinition, world: RuleWorld, *, filters_only: bool = False) -> Fields:
    related = {field.name: _related(field, world) for field in entity.visible_fields}
    fields = (_rule_field(entity, field, world, filters_only, related[field.name]) for field in entity.visible_fields)
    return Fields([*_system(entity), *(_plain_id(field) for field in fields)], entity.acronym, _references(entity, world))


def _references(entity: EntityDefinition, world: RuleWorld) -> Callable[[], list[BackReference]]:
    return lambda: [
        _reference(other, field, world)
        for other, field in relationships(world.snapshot)
        if field.options.get("entity") == entity.acronym
    ]


def _reference(other: EntityDefinition, field: FieldDefinition, world: RuleWorld) -> BackReference:
    return BackReference(
        entity=other.acronym,
        relation=field.name,
        fields=cache(lambda: _fields(other, world)),
        records=lambda: world.all_records(other.acronym),
        label=other.name,
        readable=world.reads(other.acronym, field.name),
    )


def _system(entity: EntityDefinition) -> Iterator[RuleField]:
    return (replace(field, acronym=entity.acronym) if field.kind == "id" else field for field in SYSTEM)


def _plain_id(field: RuleField) -> RuleField:
    """A relationship to an entity that is not there is a column of ids, as `generated.plain_id` makes it."""
    return replace(field, kind="id") if field.kind == "relation" and field.related is None else field


def expression_of(field: FieldDefinition) -> str:
    return str(field.options.get("expression", ""))


def rules_reading(entity: EntityDefinition, snapshot: Snapshot, name: str) -> list[tuple[EntityDefinition, FieldDefinition]]:
    """The Rule fields of any entity that read a field, themselves or through another Rule."""
    wanted = (entity.acronym, name)
    return [(other, rule) for other in snapshot for rule, read in _read_by_rules(other, snapshot) if wanted in read]


def rules_by_field(snapshot: Snapshot) -> dict[tuple[str, str], list[tuple[EntityDefinition, FieldDefinition]]]:
    """The Rule fields that read each field that any of them reads, as `rules_reading` finds them."""
    found = defaultdict(list)
    for entity in snapshot:
        for rule, read in _read_by_rules(entity, snapshot):
            for key in read:
                found[key].append((entity, rule))
    return dict(found)


def rule_problems(snapshot: Snapshot) -> list[str]:
    """A message for each Rule field that cannot be answered: an unknown field, a circle, a value of another type."""
    return [problem for entity in snapshot for problem in _problems_of(entity, snapshot)]


def check_expression(text: str, fields: Fields, *, is_held: Callable[[Condition], bool] | None = None) -> Rule:
    """The tree of a rule that these fields can answer; `is_held` for one that is being written. Raises RuleError."""
    rule = parse(text)
    bind(expand(rule, fields), fields, replace(ANY_TIME, is_held=is_held))
    return rule


def _problems_of(entity: EntityDefinition, snapshot: Snapshot) -> Iterator[str]:
    rules = [field for field in entity.visible_fields if field.type == "Rule"]
    fields = rule_fields(entity, snapshot) if rules else Fields([])
    for field in rules:
        try:
            _refuse_labels(check_expression(expression_of(field), fields))
        except RuleError as error:
            yield _("The rule of %(field)s cannot be answered: %(reason)s") % {"field": field.name, "reason": error}


def _refuse_labels(rule: Rule) -> None:
    """A label is one reader's word. Raises RuleError."""
    if labels := labels_in(rule):
        raise RuleError(_("%s is a label; what is stored names the field.") % labels[0])


def _read_by_rules(entity: EntityDefinition, snapshot: Snapshot) -> Iterator[tuple[FieldDefinition, frozenset[tuple[str, str]]]]:
    rules = [(field, tree) for field in entity.visible_fields if (tree := _tree(field)) is not None]
    fields = rule_fields(entity, snapshot) if rules else Fields([])
    for field, tree in rules:
        yield field, _read(tree, fields)


def _read(tree: Rule, fields: Fields) -> frozenset[tuple[str, str]]:
    try:
        return fields_read(tree, fields)
    except RuleError:
        return frozenset()


def _rule_field(
    entity: EntityDefinition, field: FieldDefinition, world: RuleWorld, filters_only: bool, related: Fields | None
) -> RuleField:
    kind = fieldtypes.get(field.type)
    return RuleField(
        name=field.name,
        kind=kind.rule_kind or kind.kind,  # type: ignore[arg-type]  # the types name these words only
        label=field.label,
        nullable=not kind.needs_default,
        readable=world.reads(entity.acronym, field.name),
        filterable=not filters_only or field.filterable,
        by_digits=fieldtypes.is_by_digits(field),
        country_code=getattr(fieldtypes.get(field.type), "country_code", ""),
        rule=_tree(field),
        related=related,
        shown=str(field.options.get("display") or "") if related else "",
        acronym=str(field.options.get("entity") or "") if fieldtypes.is_relation(field) else "",
        names=kind.names if kind.has_names else None,
        options=_options(field),
    )


def _options(field: FieldDefinition) -> tuple[FieldOption, ...]:
    options = field.options.get("choices", []) if fieldtypes.get(field.type).kind in {"choice", "choices"} else []
    return tuple(FieldOption(option["value"], _labels(option)) for option in options)


def _labels(option: dict[str, Any]) -> tuple[str, ...]:  # Any: JSON
    """That in the reader's language first."""
    return tuple(dict.fromkeys([option_label(option), *words_of(option)]))


def _related(field: FieldDefinition, world: RuleWorld) -> Fields | None:
    """The fields of the record that a relationship points to: one step, so none of theirs."""
    target = world.snapshot.entities.get(field.options.get("entity", "")) if fieldtypes.is_relation(field) else None
    if target is None:
        return None
    fields = (_rule_field(target, sub, world, False, None) for sub in target.visible_fields)
    return Fields([*_system(target), *fields], target.acronym, _references(target, world))


def _tree(field: FieldDefinition) -> Rule | None:
    return _parsed(expression_of(field)) if field.type == "Rule" else None


@lru_cache(maxsize=2_000)
def _parsed(expression: str) -> Rule | None:
    try:
        return parse(expression)
    except RuleError:
        return None
