"""Changes a cluster: what it is called and described as, whose it is, its rule; archives and restores it."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clusters.catalogue.form_places import place_on_form, take_off_form
from clusters.catalogue.lookup import (
    COLOURS,
    LONGEST_DESCRIPTION,
    InvalidCluster,
    check_answerable,
    check_label,
    checked_rule,
    drafted_entity,
)
from clusters.history.refreshing import refresh
from clusters.history.versions import store_version
from clusters.membership import field_of, has_own_field, has_pin_fields, kind_of, rule_text
from clusters.models import Cluster
from clusters.pinned_rules import with_pins
from crm.local_numbers import local_number
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.people.models import User
from crm.people.permissions import require
from crm.rules.parsing import parse
from crm.rules.printing import print_outline
from crm.schema.draft import editing
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.generated import current
from crm.schema.models import Field
from crm.schema.publishing import draft_and_publish, publishing
from crm.schema.publishing.tables.waiting import BRIEF, Patience, under_publishing_lock


@dataclass(frozen=True)
class ClusterChange:
    """What is to be different; None stays. `owner` is an e-mail, empty for nobody."""

    label: str | None = None
    description: str | None = None
    colour: int | None = None
    owner: str | None = None
    rule: str | None = None
    archived: bool | None = None


def change_cluster(cluster: Cluster, change: ClusterChange, *, by: Actor, patience: Patience = BRIEF) -> None:
    """All of it, or nothing. The cluster's name stays: rules and promotions mean it by that.

    Raises InvalidCluster, RuleError, InvalidField, UnpublishableSchema, PermissionDenied.
    """
    require(by, "cluster", cluster.entity)
    rule = None if change.rule is None else _checked_rule(cluster, change.rule, by=by)
    stored = under_publishing_lock(lambda: _change(cluster, change, rule, by=by), patience)
    for name, value in stored.items():
        setattr(cluster, name, value)


def _change(
    cluster: Cluster, change: ClusterChange, rule: str | None, *, by: Actor
) -> dict[str, Any]:  # Any: values of its columns
    """The columns that were stored with other values; `cluster` itself stays as it is, for this may be tried again."""
    columns: dict[str, Any] = {}  # Any: values of its columns
    if change.description is not None:
        columns["description"] = _checked_description(change.description)
    if change.colour is not None:
        columns["colour"] = _checked_colour(change.colour)
    if change.owner is not None:
        columns["owner"] = _active_user(change.owner)
    if change.label is not None:
        columns["labels"] = _relabelled(cluster, trimmed(change.label), by=by)
    if rule is not None:
        _publish_rule(cluster, rule, by=by)
    if change.archived is not None:
        columns["archived_at"] = _archived_at(cluster, archived=change.archived)
    changed = {name: value for name, value in columns.items() if getattr(cluster, name) != value}
    if changed:
        Cluster.objects.filter(pk=cluster.pk).update(**changed)
        record_event(by, "cluster-changed", subject=cluster.name, details={"what": list(changed)})
    return changed


def _relabelled(cluster: Cluster, label: str, *, by: Actor) -> dict[str, str]:
    """The labels with this one in the active language; the field gets it too, where that is the cluster's own."""
    check_label(label, Cluster.objects.filter(entity=cluster.entity).exclude(pk=cluster.pk))
    language = get_language() or "en"
    field = Field.objects.filter(entity__acronym=cluster.entity, name=cluster.field).first()
    if field is not None and has_own_field(cluster):
        draft_and_publish.relabel_and_publish(field, {**field.labels, language: label}, by=by)
    return {**cluster.labels, language: label}


def _publish_rule(stale: Cluster, rule: str, *, by: Actor) -> None:
    """As the cluster and the schema are by now: whoever waits for the lock has read them before somebody's first pin."""
    with current.pinned(current.newest()):
        _publish_rule_now(Cluster.objects.get(pk=stale.pk), rule, by=by)


def _publish_rule_now(cluster: Cluster, rule: str, *, by: Actor) -> None:
    field = Field.objects.get(entity__acronym=cluster.entity, name=cluster.field)
    before = rule_text(cluster)
    if rule == before:
        return
    refresh(cluster)  # who joined or left until now did so under the rule that was
    editing.change_field(field, options={**field.options, "expression": _with_pins(cluster, rule)})
    publishing.publish_entity(cluster.entity, {cluster.field}, by=by)
    check_answerable(cluster)
    changed = refresh(cluster, cause="rule")
    store_version(cluster, before=before, after=rule, by=by.name, joined=changed.joined, left=changed.left)
    record_event(by, "rule", subject=cluster.name, details={"before": _outline(before), "after": _outline(rule)})


def _with_pins(cluster: Cluster, rule: str) -> str:
    return with_pins(rule, cluster.kept_in, cluster.kept_out) if has_pin_fields(cluster) else rule


def _archived_at(cluster: Cluster, *, archived: bool) -> Any:  # Any: a moment, or None
    """When it was archived; the default form shows its field, or no longer does."""
    if not archived and field_of(cluster) is None:
        raise InvalidCluster(_("The field “%s” was removed; restore it in the schema first.") % cluster.field)
    if archived == (cluster.archived_at is not None):
        return cluster.archived_at
    if has_own_field(cluster):
        (take_off_form if archived else place_on_form)(drafted_entity(cluster.entity), cluster.field)
    return timezone.now() if archived else None


def _checked_rule(cluster: Cluster, rule: str, *, by: Actor) -> str:
    if kind_of(cluster) != "rule":
        raise InvalidCluster(_("“%s” has no rule to change: people, or a field, say who is in it.") % cluster.label)
    return checked_rule(rule, cluster.entity, by=by)


def _checked_description(description: str) -> str:
    if len(description) > LONGEST_DESCRIPTION or "\0" in description:
        raise InvalidCluster(_("A description is a text of at most %s characters.") % local_number(LONGEST_DESCRIPTION))
    return description


def _checked_colour(colour: int) -> int:
    if not 1 <= colour <= COLOURS:
        raise InvalidCluster(_("There are %s colours.") % COLOURS)
    return colour


def _active_user(email: str) -> User | None:
    owner = User.objects.filter(email__iexact=email, is_active=True).first() if email else None
    if email and owner is None:
        raise InvalidCluster(_("There is no active user %s.") % email)
    return owner


def _outline(rule: str) -> str:
    """Fields and operators: a value may be somebody's."""
    return print_outline(parse(rule)) if rule else ""
