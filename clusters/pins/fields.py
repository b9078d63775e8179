"""The two date fields of a cluster's pins, and the expression that asks for them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clusters import membership
from clusters.catalogue.lookup import InvalidCluster, check_answerable, drafted_entity
from clusters.models import Cluster
from clusters.pinned_rules import with_pins
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.people.permissions import require
from crm.schema import names
from crm.schema.draft import editing, new_fields
from crm.schema.generated import current
from crm.schema.models import DRAFTED, DataEntity, Field
from crm.schema.publishing import publishing
from crm.schema.publishing.tables.waiting import under_publishing_lock

LABELS = {"In": gettext_noop("%s: kept in until"), "Out": gettext_noop("%s: kept out until")}


def prepare(cluster: Cluster, *, by: Actor) -> None:
    """Brings the cluster up to date, with an expression that asks for its pins; nobody joins or leaves by that.

    It takes the right to make clusters where something is to be made or mended: at the first pin, and after the expression
    was changed without the pins, or their fields went. Raises InvalidCluster, PermissionDenied, UnpublishableSchema.
    """
    cluster.refresh_from_db()
    if not membership.pins_count(cluster):
        require(by, "cluster", cluster.entity)
        under_publishing_lock(lambda: _prepare(cluster, by=by))
        current.repin()  # what follows writes the new fields
        cluster.refresh_from_db()


def _prepare(stale: Cluster, *, by: Actor) -> None:
    with current.pinned(current.newest()):
        cluster = Cluster.objects.get(pk=stale.pk)
        if membership.pins_count(cluster):
            return  # somebody else's first pin was quicker
        entity = drafted_entity(cluster.entity)
        _check_unchanged(cluster, entity)
        rule = membership.rule_text(cluster)
        cluster.kept_in, cluster.kept_out = (_date_field(cluster, entity, word) for word in ("In", "Out"))
        field = Field.objects.get(entity=entity, name=cluster.field)
        expression = with_pins(rule, cluster.kept_in, cluster.kept_out)
        editing.change_field(field, options={**field.options, "expression": expression})
        publishing.publish_entity(cluster.entity, {cluster.field, cluster.kept_in, cluster.kept_out}, by=by)
        cluster.save(update_fields=["kept_in", "kept_out"])
        check_answerable(cluster)
        record_event(by, "cluster-changed", subject=cluster.name, details={"what": ["pins"]})


def _check_unchanged(cluster: Cluster, entity: DataEntity) -> None:
    """What a colleague drafts is neither overwritten nor published along."""
    published = current.entity(cluster.entity)
    for field in Field.objects.filter(entity=entity, name__in={cluster.field, cluster.kept_in, cluster.kept_out}):
        known = published.field(field.name)
        if known is not None and any(getattr(known, part) != getattr(field, part) for part in DRAFTED):
            raise InvalidCluster(_("“%s” has changes that are not published: publish or discard them first.") % field.name)
        if field.name != cluster.field and field.type != "Date":
            raise InvalidCluster(_("Pins need “%s” to be a date again: change its type in the schema first.") % field.name)


def _date_field(cluster: Cluster, entity: DataEntity, word: str) -> str:
    """The name of the field that is there, or of a new one."""
    known = cluster.kept_in if word == "In" else cluster.kept_out
    if known and Field.objects.filter(entity=entity, name=known, hidden=False).exists():
        return known
    taken = Field.objects.filter(entity=entity).values_list("name", flat=True)
    name = names.proposed_name(f"{cluster.field[: names.LONGEST - 12]}Kept{word}", taken)
    editing.draft_field(entity, new_fields.new_definition(name, "Date", label=_(LABELS[word]) % cluster.label))
    return name
