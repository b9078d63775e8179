"""Why a record is in a cluster or not: the rule as a tree, each comparison with its actual value, and since when."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.membership import field_of, has_rule, member_test, pins_count, rule_of, rule_text
from clusters.models import Cluster
from clusters.pinned_rules import kept
from clusters.why.changes import author_of, last_flip
from clusters.why.deciding import deciding
from clusters.why.explanation_tree import (
    CountedRecords,
    ExplainedClause,
    ExplainedJoin,
    ExplainedNode,
    ExplainedRecord,
    MembershipExplanation,
    mark_what_keeps_out,
)
from clusters.why.rules_in_words import definition_of, related_in_words
from clusters.why.wording import term_in_words
from crm.people.actors import Actor
from crm.people.permissions import may
from crm.records import querying
from crm.records.access import readable
from crm.records.addresses import record_url
from crm.records.cells import title_of
from crm.records.models import ChangeSet
from crm.rules.explaining import Clause, ExplainedRecords, Explanation, RelatedVerdict, explain
from crm.rules.parsing import parse
from crm.rules.resolving import Fields, find_reference
from crm.rules.tree import RelatedTest, Rule
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.generated import current
from crm.schema.generated.rule_fields import expression_of
from crm.schema.record import Record

CAUSES = {"worksheet": "import", "undo": "undo"}  # by the channel of the change; all others are a person's


def explain_membership(cluster: Cluster, record: Record, *, reader: Actor) -> MembershipExplanation:
    """Values that the reader may not read are left out. Raises RuleError when the cluster's rule cannot be evaluated."""
    fields = querying.fields_of(type(record))
    explained = explain(_rule(cluster, record), record, fields, querying.rule_context())
    tree = mark_what_keeps_out(_Reading(record.entity, fields, reader).node(explained))
    since = _since_by_rule(cluster, record, tree) if has_rule(cluster) else _since_by_hand(cluster, record, tree)
    return replace(since, deciding=tuple(deciding(tree)))


def _since_by_hand(cluster: Cluster, record: Record, tree: ExplainedNode) -> MembershipExplanation:
    """Exact, from the change history."""
    change = last_flip(record, cluster.field, member_test(cluster))
    if change is None:
        return MembershipExplanation(tree)
    return MembershipExplanation(tree, change.at, author_of(change), CAUSES.get(change.channel, "person"))


def _since_by_rule(cluster: Cluster, record: Record, tree: ExplainedNode) -> MembershipExplanation:
    """As the last comparison found it, if that is how it still is."""
    event = cluster.events.filter(record=record.pk).order_by("-at", "-id").first()
    if event is None or event.joined != tree.holds:
        return MembershipExplanation(tree)
    change = ChangeSet.objects.filter(pk=event.change_set).first() if event.change_set else None
    return MembershipExplanation(tree, event.at, author_of(change) if change else "", event.cause)


def _rule(cluster: Cluster, record: Record) -> Rule:
    """The rule to explain: that of a Rule field itself, not that it has the value true; with its pins for who is pinned."""
    field = field_of(cluster)
    if field is None or field.type != "Rule":
        return rule_of(cluster)
    is_pinned = pins_count(cluster) and kept(record, cluster.kept_in, cluster.kept_out, timezone.localdate())
    return parse(expression_of(field) if is_pinned else rule_text(cluster))


@dataclass(frozen=True)
class _Reading:
    """An explanation of a record of this entity as one reader may see it."""

    entity: EntityDefinition
    fields: Fields
    reader: Actor

    def node(self, explained: Explanation) -> ExplainedNode:
        if isinstance(explained, Clause):
            return self._clause(explained)
        return ExplainedJoin(explained.join, tuple(map(self.node, explained.parts)), explained.holds)

    def _clause(self, clause: Clause) -> ExplainedClause:
        if isinstance(clause.term, RelatedTest):
            return self._of_records(clause, clause.term)
        entity, field = definition_of(clause.field, self.entity, _snapshot())
        words = term_in_words(clause.term, self.fields, field)
        if not self._may_read(clause.field, entity):
            return ExplainedClause(clause.text, words, None, _("not yours to read"), clause.holds, about=clause.field)
        inner = self.node(clause.inner) if clause.inner else None
        return ExplainedClause(
            clause.text, words, _json(clause.actual, field), _shown(clause.actual, field), clause.holds, inner, about=clause.field
        )

    def _of_records(self, clause: Clause, test: RelatedTest) -> ExplainedClause:
        """A comparison over related records, with the first of them."""
        words, reference = related_in_words(test, self.fields, _snapshot()), find_reference(test.records, self.fields)
        other = _snapshot().entities[reference.entity]
        may_read = may(self.reader, "read", other.acronym, reference.relation)
        if clause.related is None or not (may_read and (not test.of or may(self.reader, "read", other.acronym, test.of))):
            return ExplainedClause(clause.text, words, None, _("not yours to read"), clause.holds, about=clause.text)
        field = other.field(test.of) if test.function in {"sum", "min", "max"} else None
        related = self._counted(clause.related, other, other.field(test.of) if test.of else None)
        shown = _number_of(related, other)
        if test.of:
            shown = f"{_shown(clause.actual, field)} ({shown})"
        return ExplainedClause(
            clause.text, words, _json(clause.actual, field), shown, clause.holds, related=related, about=clause.text
        )

    def _counted(self, found: ExplainedRecords, other: EntityDefinition, of: FieldDefinition | None) -> CountedRecords:
        inner = replace(self, entity=other, fields=found.fields)
        return CountedRecords(found.counted, found.of, tuple(inner.related_record(each, of) for each in found.first))

    def related_record(self, verdict: RelatedVerdict, of: FieldDefinition | None) -> ExplainedRecord:
        record = verdict.record
        title, address = title_of(record, readable(self.reader, self.entity)), record_url(self.entity.acronym, record.pk)
        value = _shown(verdict.value, of) if of else ""
        return ExplainedRecord(record.pk, title, address, value, self.node(verdict.tree) if verdict.tree else None)

    def _may_read(self, path: str, entity: EntityDefinition | None) -> bool:
        """A related record's field needs the relationship, too."""
        name, _dot, sub = path.partition(".")
        own = may(self.reader, "read", self.entity.acronym, name)
        return own and (not sub or (entity is not None and may(self.reader, "read", entity.acronym, sub)))


def _snapshot() -> Snapshot:
    return current.models().snapshot


def _number_of(related: CountedRecords, other: EntityDefinition) -> str:
    """“2 of 3 Addresses”."""
    words = {"counted": related.counted, "of": related.of, "entity": other.name}
    return _("%(counted)s of %(of)s %(entity)s") % words if related.of else _("no %(entity)s") % words


def _json(value: Any, field: FieldDefinition | None) -> Any:  # Any: whatever the field holds, and JSON of it
    return fieldtypes.get(field.type).to_json(value, field) if field else _plain(value)


def _plain(value: Any) -> Any:  # Any: a system field's value, or a computed one
    if isinstance(value, date):  # a moment is one too
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, bool | int | float) or value is None else str(value)


def _shown(value: Any, field: FieldDefinition | None) -> str:  # Any: whatever the field holds
    if value is None:
        return _("nothing")
    if field is not None:
        return fieldtypes.get(field.type).display(value, field)
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
