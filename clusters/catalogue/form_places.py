"""Where forms show a cluster's field: on the default form under *Clusters*, as a list column and as a filter."""

from django.utils.translation import gettext as _

from crm.schema.designs.arranging import add_to, put_among_clusters, take_away, take_from
from crm.schema.designs.stored_forms import change_default
from crm.schema.form_design import FormDesign
from crm.schema.models import DataEntity


def place_on_form(entity: DataEntity, field: str) -> None:
    def placed(design: FormDesign) -> FormDesign:
        design = put_among_clusters(design, field)
        return add_to(add_to(design, "list_columns", field), "filters", field)

    change_default(entity, placed, what=_("Added the cluster %s.") % field)


def take_off_form(entity: DataEntity, field: str) -> None:
    def taken(design: FormDesign) -> FormDesign:
        return take_from(take_from(take_away(design, field), "list_columns", field), "filters", field)

    change_default(entity, taken, what=_("Archived the cluster %s.") % field)
