"""A cluster in one step: field, publication, place on form, list and filters, and its row in the catalogue."""

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clusters.models import Cluster
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.people.permissions import require
from crm.records import querying
from crm.rules.parsing import parse
from crm.rules.printing import print_outline, print_rule
from crm.schema import names
from crm.schema.definitions import FieldDefinition
from crm.schema.designs.arranging import add_to, put_among_clusters
from crm.schema.designs.stored_forms import change_default
from crm.schema.draft import editing, new_fields
from crm.schema.form_design import FormDesign
from crm.schema.generated import current
from crm.schema.generated.rule_fields import check_expression
from crm.schema.models import DataEntity, Field
from crm.schema.publishing import publishing
from crm.schema.publishing.tables.waiting import BRIEF, Patience, retry_while_busy, under_publishing_lock

RESERVED = {"new"}
COLOURS = 12


class InvalidCluster(ValueError):
    """A cluster that cannot be created; the message says why."""


def create_cluster(
    label: str, *, by: Actor, name: str | None = None, rule: str | None = None, entity: str = "CL", patience: Patience = BRIEF
) -> Cluster:
    """Makes the cluster and everything that shows it, or nothing. The name is proposed from the label unless given.

    With a rule the field is of type Rule, else a Boolean. Raises InvalidCluster, InvalidName, InvalidField, RuleError,
    UnpublishableSchema, PermissionDenied.
    """
    require(by, "cluster", entity)
    rule = _checked_rule(rule, entity, by=by) if rule else None
    # The lock comes before anything is read that must not be made twice.
    return under_publishing_lock(lambda: _create(label, name, rule, entity, by=by), patience)


def _create(label: str, name: str | None, rule: str | None, entity: str, *, by: Actor) -> Cluster:
    drafted = _entity(entity)
    _check_label(label, entity)
    name = name or names.proposed_name(label, [*drafted.fields.values_list("name", flat=True), *RESERVED])
    _check_name(name)
    definition = cluster_field(name, label, rule)
    editing.draft_field(drafted, definition)
    publishing.publish_entity(entity, {name}, by=by)
    place_on_form(drafted, definition)
    return Cluster.objects.create(
        name=name,
        labels={get_language() or "en": label},
        entity=entity,
        field=name,
        colour=Cluster.objects.count() % COLOURS + 1,
        owner=by.user,
    )


def check_same(cluster: Cluster, has: str, *, entity: str, rule: str | None, by: Actor) -> None:
    """`has` is the rule of the cluster that is there, empty where people decide. Raises InvalidCluster
    if the cluster is of another entity, by another rule, or by a rule and not by hand; RuleError."""
    require(by, "cluster", entity)
    if cluster.entity != entity:
        raise InvalidCluster(
            _("The cluster “%(name)s” is of the entity %(entity)s.") % {"name": cluster.name, "entity": cluster.entity}
        )
    if has != (_checked_rule(rule, entity, by=by) if rule else ""):
        words = {"name": cluster.name, "rule": has or cluster.rule}
        raise InvalidCluster(_("The cluster “%(name)s” is there already with another rule: %(rule)s.") % words)


def change_rule(cluster: Cluster, rule: str, *, by: Actor) -> None:
    """Publishes another rule for a cluster that has one. Raises RuleError, UnpublishableSchema, PermissionDenied."""
    require(by, "cluster", cluster.entity)
    checked = _checked_rule(rule, cluster.entity, by=by)
    retry_while_busy(lambda: _change(cluster, checked, by=by))


def _change(cluster: Cluster, checked: str, *, by: Actor) -> None:
    with transaction.atomic():
        field = Field.objects.get(entity__acronym=cluster.entity, name=cluster.field)
        before = field.options.get("expression", "")
        editing.change_field(field, options={**field.options, "expression": checked})
        publishing.publish_entity(cluster.entity, {cluster.field}, by=by)
        record_event(by, "rule", subject=cluster.name, details={"before": _outline(before), "after": _outline(checked)})


def _checked_rule(rule: str, entity: str, *, by: Actor) -> str:
    """The rule as `print_rule` writes it. Raises RuleError."""
    if entity not in current.models():
        raise InvalidCluster(_("There is no entity %s.") % entity)
    return print_rule(check_expression(rule, querying.fields_of(current.models()[entity], reader=by)))


def _outline(rule: str) -> str:
    """Fields and operators: a value may be somebody's."""
    return print_outline(parse(rule)) if rule else ""


def _check_label(label: str, entity: str) -> None:
    """Two clusters of one label could not be told apart. Raises InvalidCluster."""
    labels = (text for cluster in Cluster.objects.filter(entity=entity) for text in cluster.labels.values())
    if label.casefold() in map(str.casefold, labels):
        raise InvalidCluster(_("The cluster “%s” exists already.") % label)


def cluster_field(name: str, label: str, rule: str | None) -> FieldDefinition:
    return new_fields.new_definition(
        name, "Rule" if rule else "Boolean", label=label, options={"expression": rule} if rule else {}
    )


def place_on_form(entity: DataEntity, definition: FieldDefinition) -> None:
    """On the default form under *Clusters*, as a list column and as a filter."""

    def placed(design: FormDesign) -> FormDesign:
        design = put_among_clusters(design, definition.name)
        return add_to(add_to(design, "list_columns", definition.name), "filters", definition.name)

    change_default(entity, placed, what=_("Added the cluster %s.") % definition.name)


def _entity(acronym: str) -> DataEntity:
    entity = DataEntity.objects.filter(acronym=acronym).first()
    if entity is None:
        raise InvalidCluster(_("There is no entity %s.") % acronym)
    return entity


def _check_name(name: str) -> None:
    if name.lower() in RESERVED:
        raise InvalidCluster(_("A cluster may not be called “%s”.") % name)
    if Cluster.objects.filter(name__iexact=name).exists():
        raise InvalidCluster(_("The cluster “%s” exists already.") % name)
