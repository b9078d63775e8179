"""The members of a cluster and their number, computed by the database on demand."""

from collections.abc import Callable, Iterable
from typing import Any, Literal, cast

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from clusters.models import Cluster
from clusters.pinned_rules import asks_pins, without_pins
from crm.records import querying
from crm.rules.compiling import compile_rule
from crm.rules.context import RuleContext
from crm.rules.errors import RuleError
from crm.rules.folding import fold
from crm.rules.parsing import parse
from crm.rules.resolving import Fields
from crm.rules.tree import Comparison
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current
from crm.schema.generated.rule_fields import check_expression, expression_of
from crm.schema.record import Record

# What decides who is in: people, record by record; an expression; an option of a Choice; a value of another field.
Kind = Literal["hand", "rule", "tier", "value"]
KINDS: dict[str, Kind] = {"Boolean": "hand", "Rule": "rule", "Choice": "tier"}


def field_of(cluster: Cluster) -> FieldDefinition | None:
    """None when its field is hidden, or its entity gone."""
    generated = current.models()
    return generated.entity(cluster.entity).field(cluster.field) if cluster.entity in generated else None


def kind_of(cluster: Cluster) -> Kind:
    """By the type of its field; a cluster whose field is gone counts as filled by hand, or as a value."""
    field = field_of(cluster)
    if field is None:
        return "hand" if value_of(cluster) == "true" else "value"
    return KINDS.get(field.type, "value")


def is_archived(cluster: Cluster) -> bool:
    """Return True for a cluster that was put away, or whose field was removed."""
    return cluster.archived_at is not None or field_of(cluster) is None


def has_own_field(cluster: Cluster) -> bool:
    """Return True for a Boolean or Rule, made for this cluster; the field of a tier is an ordinary one."""
    return kind_of(cluster) in {"hand", "rule"}


def is_its_field(cluster: Cluster) -> bool:
    """Return True if the members are those for whom its own field is true; `Dealers=false` is a value like another."""
    return has_own_field(cluster) and value_of(cluster) == "true"


def has_rule(cluster: Cluster) -> bool:
    """Return True if an expression decides about membership, False if people do, record by record."""
    return kind_of(cluster) == "rule"


def rule_text(cluster: Cluster) -> str:
    """The rule as people read it: the expression of a Rule field without what asks for pins, else `Dealers=true`, `tier=Gold`."""
    field = field_of(cluster)
    if field is None or field.type != "Rule":
        return cluster.rule
    expression = expression_of(field)
    return without_pins(expression, cluster.kept_in, cluster.kept_out) if cluster.kept_in else expression


def has_pin_fields(cluster: Cluster) -> bool:
    """Return True if the date fields of its pins are there; a publication may have been taken back."""
    entity = current.models().snapshot.entities.get(cluster.entity)
    names = (cluster.kept_in, cluster.kept_out)
    return entity is not None and all(name and entity.field(name) is not None for name in names)


def pins_count(cluster: Cluster) -> bool:
    """Return True if its expression asks for pins that can be compared: their fields are dates as they were made."""
    field, entity = field_of(cluster), current.models().snapshot.entities.get(cluster.entity)
    if field is None or entity is None or not has_pin_fields(cluster):
        return False
    are_dates = all(entity.field(name).type == "Date" for name in (cluster.kept_in, cluster.kept_out))  # type: ignore[union-attr]  # both there
    return are_dates and asks_pins(expression_of(field), cluster.kept_in, cluster.kept_out)


def retired_option(cluster: Cluster) -> str:
    """The reason if its rule names an option that its field no longer has; such a rule goes on, for the records that hold it."""
    fields = querying.fields_of(current.models()[cluster.entity])
    try:
        check_expression(rule_text(cluster), fields, is_held=lambda _condition: False)
    except RuleError as refusal:
        return str(refusal.reason)
    return ""


def rule_of(cluster: Cluster) -> Comparison:
    return cast(Comparison, parse(cluster.rule))


def value_of(cluster: Cluster) -> str:
    """The value of its field that members have."""
    return rule_of(cluster).value.text


def member_test(cluster: Cluster) -> Callable[[Any], bool]:  # Any: a value of its field, as JSON or typed
    """Return whether a value of the field that people write makes a member."""
    if kind_of(cluster) == "hand":
        return bool
    wanted = fold(value_of(cluster))
    return lambda value: value is not None and fold(str(value)) == wanted


def members(cluster: Cluster) -> QuerySet[Record]:
    """Raises RuleError when its rule cannot be evaluated, as when its field is hidden."""
    model = current.models()[cluster.entity]
    return model.objects.filter(querying.condition(rule_of(cluster), model))


def counts(clusters: Iterable[Cluster]) -> dict[str, int]:
    """The exact number of members by cluster name: one query an entity, whatever the number of clusters, and one for each
    whose rule asks related records.

    A cluster whose rule cannot be evaluated has no number.
    """
    by_entity: dict[str, list[Cluster]] = {}
    for cluster in clusters:
        by_entity.setdefault(cluster.entity, []).append(cluster)
    return {name: n for entity, group in by_entity.items() for name, n in _counts_of(entity, group).items()}


def _counts_of(entity: str, clusters: list[Cluster]) -> dict[str, int]:
    generated = current.models()
    if entity not in generated:
        return {}
    return querying.counts_where(generated[entity].objects.all(), _conditions(clusters, generated[entity]))


def conditions_of(entity: str, clusters: Iterable[Cluster]) -> dict[str, Q]:
    """By name, which records of the entity are in each; without those whose rule cannot be evaluated."""
    generated = current.models()
    return _conditions(clusters, generated[entity]) if entity in generated else {}


def _conditions(clusters: Iterable[Cluster], model: type[Record]) -> dict[str, Q]:
    # Made once: with hundreds of clusters an entity has hundreds of fields.
    fields, now = querying.fields_of(model), querying.rule_context()
    return {cluster.name: found for cluster in clusters if (found := _condition(cluster, fields, now)) is not None}


def problem_of(cluster: Cluster) -> str:
    """Why its rule cannot be evaluated; empty where it can be."""
    generated = current.models()
    if cluster.entity not in generated:
        return _("There is no entity %s.") % cluster.entity
    try:
        querying.condition(rule_of(cluster), generated[cluster.entity])
    except RuleError as refusal:
        return str(refusal.reason)
    return ""


def _condition(cluster: Cluster, fields: Fields, now: RuleContext) -> Q | None:
    try:
        return compile_rule(rule_of(cluster), fields, now)
    except RuleError:
        return None
