"""What uses a cluster: rules, other clusters, forms and indexes of its field, and lists whose query asks for it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from clusters import membership
from clusters.models import Cluster
from crm.records import querying
from crm.rules.errors import RuleError
from crm.rules.parsing import parse
from crm.rules.reading import own_fields_read
from crm.schema.draft.dependencies import dependents
from crm.schema.generated import current
from crm.schema.models import Form


@dataclass(frozen=True)
class Use:
    kind: str
    label: str
    url: str
    how: str = ""


def used_by(cluster: Cluster) -> list[Use]:
    """Of a tier or value, what uses its field: nothing names the tier alone."""
    entity = current.models().snapshot.entities.get(cluster.entity)
    if entity is None or membership.field_of(cluster) is None:
        return []
    found = dependents(entity, current.models().snapshot, cluster.field)
    own = cluster.get_absolute_url()
    uses = [Use(str(one.kind), str(one.label), one.url) for one in found if one.url != own]
    return uses + [use for use in _lists(cluster) if use.url not in {known.url for known in uses}]


def _lists(cluster: Cluster) -> list[Use]:
    forms = Form.objects.filter(entity__acronym=cluster.entity, owner=None)
    return [
        Use(_("list"), str(form), f"/crm/{cluster.entity}/?_form={form.name}", _("its query asks for it"))
        for form in forms
        if cluster.field in _asked(form.content().query, cluster.entity)
    ]


def _asked(query: str, entity: str) -> frozenset[str]:
    """The fields of the record itself that a query reads."""
    try:
        return own_fields_read(parse(query), querying.fields_of(current.models()[entity])) if query else frozenset()
    except RuleError:
        return frozenset()
