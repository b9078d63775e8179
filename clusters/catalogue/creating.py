"""Makes clusters: one with a field of its own in a single step, or one for each value of a field that is there."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clusters.catalogue.form_places import list_first_cluster, place_on_form
from clusters.catalogue.lookup import (
    RESERVED,
    InvalidCluster,
    check_answerable,
    check_label,
    check_name,
    checked_rule,
    drafted_entity,
    next_colour,
)
from clusters.history.refreshing import refresh
from clusters.history.versions import store_version
from clusters.membership import rule_of
from clusters.models import Cluster
from clusters.pinned_rules import fields_asked
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.people.permissions import require
from crm.rules.printing import print_rule
from crm.rules.tree import Comparison, FieldPath, LiteralValue
from crm.schema import fieldtypes, names
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing, new_fields
from crm.schema.fieldtypes.choice import options_of
from crm.schema.fieldtypes.errors import InvalidValue
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.generated import current
from crm.schema.generated.rule_fields import expression_of
from crm.schema.models import Field
from crm.schema.publishing import publishing
from crm.schema.publishing.tables.waiting import BRIEF, Patience, under_publishing_lock

MOST_TIERS = 300


def create_cluster(
    label: str, *, by: Actor, name: str | None = None, rule: str | None = None, entity: str = "CL", patience: Patience = BRIEF
) -> Cluster:
    """Makes the cluster and everything that shows it, or nothing. The name is proposed from the label unless given.

    With a rule the field is of type Rule, else a Boolean. Raises InvalidCluster, InvalidName, InvalidField, RuleError,
    UnpublishableSchema, PermissionDenied.
    """
    require(by, "cluster", entity)
    rule = checked_rule(rule, entity, by=by) if rule else None
    # The lock comes before anything is read that must not be made twice.
    return under_publishing_lock(lambda: _create(label, name, rule, entity, by=by), patience)


def create_tiers(field: str, *, by: Actor, values: Sequence[str] = (), entity: str = "CL") -> list[Cluster]:
    """A cluster for each option of a Choice, or for each of the values given; those that are there already stay as they are.

    Raises InvalidCluster, PermissionDenied.
    """
    require(by, "cluster", entity)
    definition = _tier_field(field, entity)
    labels = _labels_of_tiers(definition, values)
    return under_publishing_lock(lambda: [_tier(definition, entity, value, label, by=by) for value, label in labels.items()])


def tier_fields(entity: str) -> list[tuple[str, str]]:
    """Name and label of each Choice that has options, in the order of the entity's fields."""
    fields = current.entity(entity).visible_fields
    return [(field.name, field.label) for field in fields if field.type == "Choice" and options_of(field)]


def check_same(cluster: Cluster, has: str, *, entity: str, rule: str | None, by: Actor) -> None:
    """`has` is the rule of the cluster that is there, empty where people decide. Raises InvalidCluster
    if the cluster is of another entity, by another rule, or by a rule and not by hand; RuleError."""
    require(by, "cluster", entity)
    if cluster.entity != entity:
        raise InvalidCluster(
            _("The cluster “%(name)s” is of the entity %(entity)s.") % {"name": cluster.name, "entity": cluster.entity}
        )
    if has != (checked_rule(rule, entity, by=by) if rule else ""):
        words = {"name": cluster.name, "rule": has or cluster.rule}
        raise InvalidCluster(_("The cluster “%(name)s” is there already with another rule: %(rule)s.") % words)


def cluster_field(name: str, label: str, rule: str | None) -> FieldDefinition:
    return new_fields.new_definition(
        name, "Rule" if rule else "Boolean", label=label, options={"expression": rule} if rule else {}
    )


def _create(label: str, name: str | None, rule: str | None, entity: str, *, by: Actor) -> Cluster:
    drafted, label = drafted_entity(entity), trimmed(label)
    check_label(label, Cluster.objects.filter(entity=entity))
    name = name or free_name(label, entity)
    check_name(name)
    definition = cluster_field(name, label, rule)
    editing.draft_field(drafted, definition)
    publishing.publish_entity(entity, {name}, by=by)
    place_on_form(drafted, definition.name)
    cluster = stored_cluster(name, label, entity, name, "true", by=by)
    if rule:
        check_answerable(cluster)
        refresh(cluster)  # from now on it is known who joins and leaves
        store_version(cluster, before="", after=rule, by=by.name)
    return cluster


def stored_cluster(name: str, label: str, entity: str, field: str, value: str, *, by: Actor) -> Cluster:
    list_first_cluster(drafted_entity(entity))
    asked = current.entity(entity).field(field)
    kept_in, kept_out = (asked and fields_asked(expression_of(asked))) or ("", "")
    cluster = Cluster.objects.create(
        name=name,
        labels={get_language() or "en": label},
        entity=entity,
        field=field,
        rule=print_rule(Comparison(FieldPath(field), "=", LiteralValue((value,)))),
        colour=next_colour(),
        owner=by.user,
        kept_in=kept_in,
        kept_out=kept_out,
    )
    record_event(by, "cluster-created", subject=name)
    return cluster


def _tier(field: FieldDefinition, entity: str, value: str, label: str, *, by: Actor) -> Cluster:
    others = list(Cluster.objects.filter(entity=entity))
    there = next((c for c in others if c.field == field.name and rule_of(c).value.text == value), None)
    if there is not None:
        return there
    with transaction.atomic():
        check_label(label, others)
        return stored_cluster(free_name(label, entity), label, entity, field.name, value, by=by)


def free_name(label: str, entity: str, others: Iterable[str] = ()) -> str:
    """No cluster's and no field's name, for rules name both, and none of the others."""
    fields = Field.objects.filter(entity__acronym=entity).values_list("name", flat=True)
    return names.proposed_name(label, [*Cluster.objects.values_list("name", flat=True), *fields, *RESERVED, *others])


def _tier_field(name: str, entity: str) -> FieldDefinition:
    """A field of words that several records may share, and that people may write. Raises InvalidCluster."""
    drafted_entity(entity)
    field = current.entity(entity).field(name)
    if field is None:
        raise InvalidCluster(_("%(entity)s has no field “%(field)s”.") % {"entity": entity, "field": name})
    is_text = fieldtypes.get(field.type).is_textual and field.type != "Choices"
    if not is_text or field.unique or not fieldtypes.is_writable(field):
        raise InvalidCluster(_("“%s” makes no tiers: they come from a choice or a text that several may share.") % field.label)
    return field


def _labels_of_tiers(field: FieldDefinition, values: Iterable[str]) -> dict[str, str]:
    """The label of each tier by its value, as the field stores it. Raises InvalidCluster."""
    options = dict(options_of(field))
    wanted = list(dict.fromkeys(values)) or list(options)
    if not wanted:
        raise InvalidCluster(_("“%s” has no options: say which values shall be clusters.") % field.label)
    if len(wanted) > MOST_TIERS:
        raise InvalidCluster(_("At most %s clusters are made at once.") % MOST_TIERS)
    stored = {_stored_value(field, value, options): value for value in wanted}
    return {value: options.get(value, written) for value, written in stored.items()}


def _stored_value(field: FieldDefinition, value: str, options: Mapping[str, str]) -> str:
    words = {"value": value, "field": field.label}
    if options and value not in options:
        raise InvalidCluster(_("“%(value)s” is no option of “%(field)s”.") % words)
    try:
        stored = fieldtypes.get(field.type).clean(value, field)
    except InvalidValue as refusal:
        raise InvalidCluster(f"{field.label}: {refusal}") from refusal
    if not stored:
        raise InvalidCluster(_("An empty value of “%(field)s” makes no tier.") % words)
    return str(stored)
