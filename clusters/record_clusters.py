"""The clusters of records, as lists and record pages of the CRM show them."""

from collections.abc import Mapping, Sequence

from django.db.models import BooleanField, ExpressionWrapper
from django.db.models.expressions import Combinable

from clusters.catalogue.lookup import readable
from clusters.membership import counts, has_own_field, is_its_field, kind_of, rule_text
from clusters.models import Cluster
from crm.extensions import ClusterChip, ListedCluster
from crm.people.actors import Actor
from crm.people.permissions import may
from crm.records import querying
from crm.rules.compiling import compile_rule
from crm.rules.context import RuleContext
from crm.rules.errors import RuleError
from crm.rules.parsing import parse
from crm.rules.reading import fields_read
from crm.rules.resolving import Fields
from crm.schema.generated import current
from crm.schema.record import Record, held

MOST_ANSWERS = 500  # columns of one query; SQLite takes 2,000 and PostgreSQL 1,664


def clusters_in_use(actor: Actor, acronym: str) -> list[ListedCluster]:
    """Those whose field, and whatever a rule reads, the person may read: one query."""
    if acronym not in current.models():
        return []
    model = current.models()[acronym]
    fields = querying.fields_of(model)
    found = readable(actor, Cluster.objects.filter(entity=acronym))
    return [_listed(cluster) for cluster in found if _may_read_rule(actor, cluster, fields)]


def clusters_of(clusters: Sequence[ListedCluster], records: Sequence[Record]) -> list[list[ListedCluster]]:
    """Those that people decide stand in the records, as may answers of rules; the database gives all others at once."""
    answers = _answers([cluster for cluster in clusters if not _is_carried(cluster, records)], records)
    return [[cluster for cluster in clusters if _is_in(cluster, record, answers)] for record in records]


def counts_of(acronym: str, clusters: Sequence[ListedCluster]) -> Mapping[str, int]:
    """How many records are in each, by name."""
    names = {cluster.name for cluster in clusters}
    return counts(cluster for cluster in Cluster.objects.filter(entity=acronym) if cluster.name in names)


def _is_carried(cluster: ListedCluster, records: Sequence[Record]) -> bool:
    is_answered = cluster.kind == "rule" and all(vars(record).get(cluster.field) is not None for record in records)
    return cluster.kind == "hand" or is_answered


def _is_in(cluster: ListedCluster, record: Record, answers: Mapping[str, set[str]]) -> bool:
    if cluster.name in answers:
        return record.pk in answers[cluster.name]
    return held(record, cluster.field) is True


def _answers(clusters: Sequence[ListedCluster], records: Sequence[Record]) -> dict[str, set[str]]:
    """The ids of the members among the records, by cluster."""
    members: dict[str, set[str]] = {cluster.name: set() for cluster in clusters}
    for start in range(0, len(clusters), MOST_ANSWERS) if records else ():
        members |= _answers_of(clusters[start : start + MOST_ANSWERS], records)
    return members


def _answers_of(clusters: Sequence[ListedCluster], records: Sequence[Record]) -> dict[str, set[str]]:
    model = type(records[0])
    # Made once: with hundreds of clusters an entity has hundreds of fields, and each rule would make all of them anew.
    fields, now = querying.fields_of(model), querying.rule_context()
    answers = ((cluster.name, _answer(cluster, fields, now)) for cluster in clusters)
    asked = {name: answer for name, answer in answers if answer is not None}
    columns = {f"crm_in{at}": answer for at, answer in enumerate(asked.values())}
    ids = [record.pk for record in records]
    rows = list(model.objects.filter(pk__in=ids).annotate(**columns).values_list("pk", *columns)) if columns else []
    return {name: {row[0] for row in rows if row[at]} for at, name in enumerate(asked, start=1)}


def _answer(cluster: ListedCluster, fields: Fields, now: RuleContext) -> Combinable | None:
    """None where the rule cannot be evaluated: then nobody is in."""
    try:
        return ExpressionWrapper(compile_rule(parse(cluster.rule), fields, now, as_column=True), output_field=BooleanField())
    except RuleError:
        return None


def _listed(cluster: Cluster) -> ListedCluster:
    chip = ClusterChip(cluster.label, cluster.colour, cluster.get_absolute_url())
    if has_own_field(cluster) and not is_its_field(cluster):
        return ListedCluster(cluster.name, chip, "value", cluster.field, cluster.rule, cluster.rule)
    return ListedCluster(cluster.name, chip, kind_of(cluster), cluster.field, cluster.rule, rule_text(cluster))


def _may_read_rule(actor: Actor, cluster: Cluster, fields: Fields) -> bool:
    """What a rule reads may not be inferred from who is in either."""
    try:
        read = fields_read(parse(cluster.rule), fields)
    except RuleError:
        return True  # nobody can be told anything by it
    return all(may(actor, "read", entity, name) for entity, name in read)
