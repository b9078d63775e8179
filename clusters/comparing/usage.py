"""What uses a cluster: rules, other clusters, forms and indexes of its field, and lists whose query asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clusters import membership
from clusters.models import Cluster
from crm.records import querying
from crm.rules.errors import RuleError
from crm.rules.parsing import parse
from crm.rules.reading import own_fields_read
from crm.schema.draft.dependencies import dependents, what_names_fields
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
    uses = [Use(str(one.kind), str(one.label), one.url) for one in found if (one.entity, one.field) != _field(cluster)]
    return uses + [use for use in _lists(cluster) if use.url not in {known.url for known in uses}]


def use_counts(clusters: Sequence[Cluster]) -> dict[int, int]:
    """How many use each, by its key: constant queries, whatever the number of clusters."""
    named = what_names_fields(current.models().snapshot)
    asked = [field for form in _shared_forms() for field in _asked_by(form)]
    return {cluster.pk: named[_field(cluster)] + asked.count(_field(cluster)) for cluster in clusters}


def _field(cluster: Cluster) -> tuple[str, str]:
    return cluster.entity, cluster.field


def _lists(cluster: Cluster) -> list[Use]:
    return [
        Use(_("list"), str(form), f"/crm/{cluster.entity}/?_form={form.name}", _("its query asks for it"))
        for form in _shared_forms()
        if _field(cluster) in _asked_by(form)
    ]


def _shared_forms() -> list[Form]:
    return list(Form.objects.select_related("entity").filter(owner=None))


def _asked_by(form: Form) -> frozenset[tuple[str, str]]:
    """The fields of the records themselves that the query of its list reads."""
    query, entity = form.content().query, form.entity.acronym
    try:
        names = own_fields_read(parse(query), querying.fields_of(current.models()[entity])) if query else frozenset()
    except (RuleError, LookupError):
        return frozenset()
    return frozenset((entity, name) for name in names)
