"""What uses a cluster: rules, other clusters, forms and indexes of its field, lists that ask for it, worksheets that fill it,
exports on a schedule."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from clusters import membership
from clusters.comparing.filling import column_of, imports_by_field, recipes_by_field
from clusters.exports.access import may_export
from clusters.exports.describing import place_of, when
from clusters.models import Cluster, ScheduledExport
from crm.extensions import FieldDependent
from crm.people.actors import Actor
from crm.people.permissions import may
from crm.records import querying
from crm.rules.errors import RuleError
from crm.rules.parsing import parse
from crm.rules.reading import own_fields_read
from crm.schema.draft.dependencies import dependents, what_names_fields
from crm.schema.generated import current
from crm.schema.models import Form
from crm.worksheets.access import as_listed, may_open


@dataclass(frozen=True)
class Use:
    kind: str
    label: str
    url: str
    how: str = ""


def used_by(cluster: Cluster, *, reader: Actor) -> list[Use]:
    """Of a tier or value, what uses its field: nothing names the tier alone. What the reader may not open has no address."""
    entity = current.models().snapshot.entities.get(cluster.entity)
    if entity is None or membership.field_of(cluster) is None:
        return []
    found = dependents(entity, current.models().snapshot, cluster.field)
    asking = [_dependent(one, reader) for one in found if (one.entity, one.field) != _field(cluster)]
    filling = [*_recipes(cluster, reader), *_imports(cluster, reader)]
    return [*asking, *_lists(cluster), *_exports(cluster, reader), *filling]


def use_counts(clusters: Sequence[Cluster]) -> dict[int, int]:
    """How many use each, by its key: constant queries, whatever the number of clusters."""
    named = what_names_fields(current.models().snapshot)
    asked = Counter(field for form in _shared_forms() for field in _asked_by(form))
    filled = [
        Counter({key: len(found) for key, found in by_field.items()}) for by_field in (recipes_by_field(), imports_by_field())
    ]
    uses = sum(filled, named + asked)
    exported = Counter(ScheduledExport.objects.filter(next_due__isnull=False).values_list("cluster", flat=True))
    return {cluster.pk: uses[_field(cluster)] + exported[cluster.pk] for cluster in clusters}


def _dependent(one: FieldDependent, reader: Actor) -> Use:
    is_shown = not one.url.startswith("/schema/") or may(reader, "schema", one.entity)
    return Use(str(one.kind), str(one.label), one.url if is_shown else "", _how().get(str(one.kind), ""))


def _how() -> dict[str, str]:
    """By the kind of what depends on its field."""
    return {
        _("Rule"): _("its expression asks for it"),
        _("Cluster"): _("its rule asks for it"),
        _("Form"): _("shows it or asks for it"),
        _("Index"): _("holds its field"),
    }


def _recipes(cluster: Cluster, reader: Actor) -> Iterator[Use]:
    for recipe in recipes_by_field().get(_field(cluster), []):
        is_shown = may(reader, "import", recipe.entity, owner=recipe.created_by_id)
        column = column_of(recipe, cluster.field)
        how = _("fills it from the column “%s”") % column if column and is_shown else _("fills it")
        label, url = (str(recipe), f"/worksheets/{recipe.worksheet}/") if is_shown else (f"#{recipe.worksheet}", "")
        yield Use(_("Recipe"), label, url if recipe.is_linked else "", how)


def _imports(cluster: Cluster, reader: Actor) -> Iterator[Use]:
    for worksheet in imports_by_field().get(_field(cluster), []):
        ended = date_format(localtime(worksheet.finished_at), "SHORT_DATE_FORMAT") if worksheet.finished_at else ""
        how = _("filled it on %s") % ended if ended else _("filled it")
        url = worksheet.get_absolute_url() if may_open(reader, worksheet) else ""
        yield Use(_("Imported worksheet"), str(as_listed(worksheet, reader)), url, how)


def _exports(cluster: Cluster, reader: Actor) -> Iterator[Use]:
    """Those that go on."""
    url = reverse("cluster-exports", args=[cluster.name]) if may_export(reader, cluster) else ""
    for export in cluster.exports.filter(next_due__isnull=False):
        how = _("brings its members to %s") % place_of(export)
        yield Use(_("Scheduled export"), when(export.every, export.day, export.hour), url, how)


def _field(cluster: Cluster) -> tuple[str, str]:
    return cluster.entity, cluster.field


def _lists(cluster: Cluster) -> list[Use]:
    return [
        Use(_("List"), str(form), f"/crm/{cluster.entity}/?_form={form.name}", _("its query asks for it"))
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
