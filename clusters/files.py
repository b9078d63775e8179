"""The catalogue of clusters as a file: out, and in again with new clusters and other rules."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from import_export.fields import Field
from tablib import Dataset

from clusters import membership
from clusters.catalogue import lookup
from clusters.catalogue.changing import ClusterChange, change_cluster
from clusters.catalogue.creating import create_cluster, free_name
from clusters.catalogue.lookup import InvalidCluster
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.rules.errors import RuleError
from crm.schema.errors import SchemaRefusal
from crm.schema.names import check_field_name
from crm.worksheets.small_tables import SmallTableResource, TextWidget

REFUSALS = (InvalidCluster, SchemaRefusal, RuleError)


class WantedField(Field):
    """A column of the catalogue. What the file wants is kept aside, for the verbs of the catalogue write it."""

    def get_value(self, instance: Cluster) -> str:
        return str(_wanted(instance).get(self.column_name, _stored(instance, self.column_name)))

    def save(self, instance: Cluster, row: Mapping[str, Any], *_is_m2m: bool, **options: Any) -> None:
        if value := self.clean(row, **options):
            _wanted(instance)[self.column_name] = value


class EarlierRows:
    """What the rows before take in a preview: each is imported by itself, so that a second one would stop half-way."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.labels: dict[tuple[str, str], str] = {}  # by entity and label the name of its cluster

    def take_name(self, name: str) -> None:
        """Raises InvalidCluster."""
        if name.lower() in map(str.lower, self.names):
            raise _taken(name)
        self.names.append(name)

    def take_label(self, label: str, entity: str, cluster: str) -> None:
        """Raises InvalidCluster."""
        if self.labels.setdefault((entity, label.casefold()), cluster) != cluster:
            raise _taken(label)


def _taken(text: str) -> InvalidCluster:
    return InvalidCluster(_("An earlier row of the file has the cluster “%s” already.") % text)


class ClusterResource(SmallTableResource):
    """Clusters by name. A new one may do without: then its name is made from its label."""

    cluster = WantedField("name", "cluster", TextWidget())
    label = WantedField("label", "label", TextWidget())
    description = WantedField("description", "description", TextWidget())
    entity = WantedField("entity", "entity", TextWidget())
    rule = WantedField("rule", "rule", TextWidget())

    class Meta:
        model = Cluster
        fields = ("cluster", "label", "description", "entity", "rule")
        import_id_fields = ("cluster",)
        skip_unchanged = True
        use_transactions = False  # each cluster is published by itself, as on its page

    def __init__(self, *, actor: Actor, **options: Any) -> None:
        super().__init__(**options)
        self.actor, self.earlier = actor, EarlierRows()

    def before_import(self, dataset: Dataset, **options: Any) -> None:
        super().before_import(dataset, **options)
        self.earlier = EarlierRows()

    def get_queryset(self) -> QuerySet[Cluster]:
        """Those in use whose field the reader may read."""
        return Cluster.objects.filter(pk__in=[cluster.pk for cluster in lookup.readable(self.actor)])

    def get_instance(self, _instance_loader: Any, row: Mapping[str, Any]) -> Cluster | None:
        name = self.fields["cluster"].clean(row)
        return Cluster.objects.filter(name__iexact=name).first() if name else None

    def init_instance(self, _row: Mapping[str, Any] | None = None) -> Cluster:
        return Cluster()

    def save_instance(self, instance: Cluster, is_create: bool, row: Mapping[str, Any], **options: Any) -> None:  # noqa: ARG002  # the library's
        """A preview checks as the catalogue does and publishes nothing."""
        wanted, is_preview = _wanted(instance), bool(options.get("dry_run"))
        try:
            if is_create:
                self._create(wanted, is_preview=is_preview)
            else:
                self._change(instance, wanted, is_preview=is_preview)
        except REFUSALS as refusal:
            raise ValidationError({NON_FIELD_ERRORS: str(refusal)}) from refusal

    def _create(self, wanted: Mapping[str, str], *, is_preview: bool) -> None:
        name, label = wanted.get("cluster", ""), wanted.get("label") or wanted.get("cluster", "")
        entity, rule = wanted.get("entity", "CL"), wanted.get("rule") or None
        require(self.actor, "cluster", entity)
        if not label:
            raise InvalidCluster(_("A cluster needs a name or a label."))
        if is_preview:
            _check_new(name, label, entity, rule, self.earlier, by=self.actor)
            return
        cluster = create_cluster(label, name=name or None, rule=rule, entity=entity, by=self.actor)
        if description := wanted.get("description"):
            change_cluster(cluster, ClusterChange(description=description), by=self.actor)

    def _change(self, cluster: Cluster, wanted: Mapping[str, str], *, is_preview: bool) -> None:
        require(self.actor, "cluster", cluster.entity)
        changed = {name: value for name, value in wanted.items() if name != "cluster" and value != _stored(cluster, name)}
        if "entity" in changed:
            raise InvalidCluster(_("A cluster stays in its entity."))
        if "rule" in changed and not membership.has_rule(cluster):
            raise InvalidCluster(_("Only a cluster by rule takes a rule."))
        if is_preview:
            _check_changed(cluster, changed, self.earlier, by=self.actor)
        else:
            change_cluster(cluster, _as_change(changed), by=self.actor)


def _as_change(changed: Mapping[str, str]) -> ClusterChange:
    return ClusterChange(label=changed.get("label"), description=changed.get("description"), rule=changed.get("rule"))


def _check_new(name: str, label: str, entity: str, rule: str | None, earlier: EarlierRows, *, by: Actor) -> None:
    """Raises what `create_cluster` would raise before it publishes."""
    drafted = lookup.drafted_entity(entity)
    lookup.check_label(label, Cluster.objects.filter(entity=entity))
    if name:
        lookup.check_name(name)
        earlier.take_name(name)
        check_field_name(name, drafted.fields.values_list("name", flat=True))
    else:
        earlier.take_name(name := free_name(label, entity, earlier.names))
    earlier.take_label(label, entity, name)
    if rule:
        lookup.checked_rule(rule, entity, by=by)


def _check_changed(cluster: Cluster, changed: Mapping[str, str], earlier: EarlierRows, *, by: Actor) -> None:
    if "label" in changed:
        lookup.check_label(changed["label"], Cluster.objects.filter(entity=cluster.entity).exclude(pk=cluster.pk))
        earlier.take_label(changed["label"], cluster.entity, cluster.name)
    if "rule" in changed:
        lookup.checked_rule(changed["rule"], cluster.entity, by=by)


def _stored(cluster: Cluster, column: str) -> str:
    if column == "rule":
        return membership.rule_text(cluster) if cluster.pk and membership.has_rule(cluster) else ""
    return str(getattr(cluster, "name" if column == "cluster" else column))


def _wanted(cluster: Cluster) -> dict[str, str]:
    """What the file wants of it, by column."""
    return vars(cluster).setdefault("wanted_by_file", {})  # type: ignore[no-any-return]  # set here alone
