"""Why a record is in a cluster or not: the rule as a tree, each comparison with its actual value, and since when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clusters.membership import field_of, has_rule, rule_of
from clusters.models import Cluster
from clusters.why.changes import author_of, last_changes
from clusters.why.explanation_tree import (
    ExplainedClause,
    ExplainedJoin,
    ExplainedNode,
    MembershipExplanation,
    mark_what_keeps_out,
)
from clusters.why.wording import term_in_words
from crm.people.actors import Actor
from crm.people.permissions import may
from crm.records import querying
from crm.rules.explaining import Clause, Explanation, explain
from crm.rules.parsing import parse
from crm.rules.resolving import Fields
from crm.rules.tree import Rule
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.generated import current
from crm.schema.generated.rule_fields import expression_of
from crm.schema.record import Record

CAUSES = {"worksheet": "import", "undo": "undo"}  # by the channel of the change; all others are a person's


def explain_membership(cluster: Cluster, record: Record, *, reader: Actor) -> MembershipExplanation:
    """Values that the reader may not read are left out. Raises RuleError when the cluster's rule cannot be evaluated."""
    fields = querying.fields_of(type(record))
    explained = explain(_rule(cluster), record, fields, querying.rule_context())
    tree = mark_what_keeps_out(_Reading(record, fields, reader).node(explained))
    change = None if has_rule(cluster) else last_changes([record], cluster.field).get(record.pk)
    if change is None:
        return MembershipExplanation(tree)
    return MembershipExplanation(tree, change.at, author_of(change), CAUSES.get(change.channel, "person"))


def _rule(cluster: Cluster) -> Rule:
    """The rule to explain: the expression of a Rule field itself, not that it has the value true."""
    field = field_of(cluster)
    return parse(expression_of(field)) if field and field.type == "Rule" else rule_of(cluster)


@dataclass(frozen=True)
class _Reading:
    """An explanation as one reader may see it."""

    record: Record
    fields: Fields
    reader: Actor

    def node(self, explained: Explanation) -> ExplainedNode:
        if isinstance(explained, Clause):
            return self._clause(explained)
        return ExplainedJoin(explained.join, tuple(map(self.node, explained.parts)), explained.holds)

    def _clause(self, clause: Clause) -> ExplainedClause:
        entity, field = self._definition(clause.field)
        words = term_in_words(clause.term, self.fields, field)
        if not self._may_read(clause.field, entity):
            return ExplainedClause(clause.text, words, None, _("not yours to read"), clause.holds)
        kind = fieldtypes.get(field.type) if field else None
        actual = kind.to_json(clause.actual, field) if kind and field else _plain(clause.actual)
        inner = self.node(clause.inner) if clause.inner else None
        return ExplainedClause(clause.text, words, actual, _shown(clause.actual, field), clause.holds, inner)

    def _definition(self, path: str) -> tuple[EntityDefinition | None, FieldDefinition | None]:
        """The entity and the definition of the field that is compared: of the related record for `userId.email`."""
        name, dot, sub = path.partition(".")
        own = self.record.entity.field(name)
        if not dot or own is None:
            return self.record.entity, own
        entity = current.models().snapshot.entities.get(own.options.get("entity", ""))
        return entity, entity.field(sub) if entity else None

    def _may_read(self, path: str, entity: EntityDefinition | None) -> bool:
        """A related record's field needs the relationship, too."""
        name, _dot, sub = path.partition(".")
        own = may(self.reader, "read", self.record.entity.acronym, name)
        return own and (not sub or (entity is not None and may(self.reader, "read", entity.acronym, sub)))


def _plain(value: Any) -> Any:  # Any: a system field's value
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, bool | int | float) or value is None else str(value)


def _shown(value: Any, field: FieldDefinition | None) -> str:  # Any: whatever the field holds
    if value is None:
        return _("nothing")
    return fieldtypes.get(field.type).display(value, field) if field else str(value)
