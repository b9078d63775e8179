"""Takes a cluster out of the catalogue, with its field or without."""

from django.db import transaction
from django.utils.translation import gettext as _

from clusters.catalogue.form_places import leave_as_field, take_off_form
from clusters.catalogue.lookup import InvalidCluster
from clusters.membership import field_of, has_own_field
from clusters.models import Cluster
from crm.extensions import FieldDependent
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.people.permissions import require
from crm.schema.draft import editing
from crm.schema.draft.dependencies import dependents
from crm.schema.generated import current
from crm.schema.models import DataEntity, Field, Publication
from crm.schema.publishing import publishing
from crm.schema.publishing.tables.waiting import BRIEF, Patience, under_publishing_lock


def depends_on(cluster: Cluster) -> list[FieldDependent]:
    """What else would notice if the cluster's own field were removed: rules, clusters, indexes.

    Forms merely stop to show it; a tier's field is not the tier's own, and nothing depends on the tier.
    """
    entity = current.models().snapshot.entities.get(cluster.entity)
    if entity is None or field_of(cluster) is None or not has_own_field(cluster):
        return []
    found = dependents(entity, current.models().snapshot, cluster.field)
    return [one for one in found if one.url != cluster.get_absolute_url() and not one.url.startswith(_forms(cluster))]


def delete_cluster(cluster: Cluster, *, by: Actor, with_field: bool = False, patience: Patience = BRIEF) -> Publication | None:
    """The publication that hides its field, if that goes too: a hidden field keeps its values, and can be restored.

    Without, the field stays as an ordinary one. Raises InvalidCluster, UnpublishableSchema, PermissionDenied.
    """
    require(by, "cluster", cluster.entity)
    if with_field:
        require(by, "schema", cluster.entity)
        _check_field_may_go(cluster)
    return under_publishing_lock(lambda: _delete(cluster, by=by, with_field=with_field), patience)


def _delete(stale: Cluster, *, by: Actor, with_field: bool) -> Publication | None:
    with transaction.atomic():
        cluster = Cluster.objects.filter(pk=stale.pk).first() or stale  # somebody's first pin may have come before
        Cluster.objects.filter(pk=cluster.pk).delete()
        record_event(by, "cluster-deleted", subject=cluster.name, details={"fields": [cluster.field]} if with_field else {})
        entity = DataEntity.objects.filter(acronym=cluster.entity).first()
        if not with_field:
            if entity and has_own_field(cluster):
                leave_as_field(entity, cluster.field)
            return None
        take_off_form(DataEntity.objects.get(acronym=cluster.entity), cluster.field)
        own = {cluster.field, cluster.kept_in, cluster.kept_out} - {""}
        for field in Field.objects.filter(entity__acronym=cluster.entity, name__in=own, hidden=False):
            editing.hide_field(field)
        return publishing.publish_entity(cluster.entity, own, by=by)


def _check_field_may_go(cluster: Cluster) -> None:
    if field_of(cluster) is None:
        raise InvalidCluster(_("The field “%s” was removed already.") % cluster.field)
    if not has_own_field(cluster):
        words = {"cluster": cluster.label, "field": cluster.field}
        raise InvalidCluster(_("“%(cluster)s” is one value of the field “%(field)s”, which stays.") % words)
    if found := depends_on(cluster):
        names = ", ".join(f"{one.kind} {one.label}" for one in found)
        raise InvalidCluster(_("The field “%(field)s” is needed by: %(names)s.") % {"field": cluster.field, "names": names})


def _forms(cluster: Cluster) -> str:
    return f"/schema/{cluster.entity}/forms/"
