"""Where forms show clusters: a field under *Clusters* on the default form, all as one column and one filter of its list."""

from django.utils.translation import gettext as _

from clusters.models import Cluster
from crm.schema.designs.arranging import (
    gather_clusters,
    list_clusters,
    place_of,
    put_among_clusters,
    put_last,
    take_away,
    take_from,
)
from crm.schema.designs.stored_forms import change_default
from crm.schema.form_design import FormDesign
from crm.schema.models import DataEntity


def place_on_form(entity: DataEntity, field: str) -> None:
    """Under *Clusters*; a column or filter of its own becomes the one of all clusters."""

    def placed(design: FormDesign) -> FormDesign:
        return gather_clusters(put_among_clusters(design, field), {field})

    change_default(entity, placed, what=_("Added the cluster %s.") % field)


def list_first_cluster(entity: DataEntity) -> None:
    """The first cluster brings the column and the filter; afterwards a form that leaves them out stays without."""
    if not Cluster.objects.filter(entity=entity.acronym, archived_at=None).exists():
        change_default(entity, list_clusters, what=_("Added the column and filter of the clusters."))


def leave_as_field(entity: DataEntity, field: str) -> None:
    """The field of a cluster that is gone stays on the default form, as an ordinary one."""

    def left(design: FormDesign) -> FormDesign:
        return put_last(design, field) if place_of(design, field) else design

    change_default(entity, left, what=_("Deleted the cluster %s.") % field)


def take_off_form(entity: DataEntity, field: str) -> None:
    def taken(design: FormDesign) -> FormDesign:
        return take_from(take_from(take_away(design, field), "list_columns", field), "filters", field)

    change_default(entity, taken, what=_("Archived the cluster %s.") % field)
