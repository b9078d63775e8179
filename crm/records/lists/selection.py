"""The records that a list's address describes: what its page, its count, its export and acts on all of them share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from crm.extensions import ListedCluster, extensions
from crm.people.actors import Actor
from crm.records.access import readable
from crm.records.errors import BadQuery
from crm.records.lists.filtering import Part, condition_of, keyword_condition, parts_of, rule_text
from crm.records.lists.list_query import ListQuery
from crm.records.lists.written_records import written_by
from crm.records.querying import fields_of
from crm.schema.record import Record


@dataclass(frozen=True)
class Selection:
    """`parts` are the conditions that all have to hold, besides the keyword and the import that wrote the records."""

    model: type[Record]
    query: ListQuery
    parts: Sequence[Part]
    reader: Actor

    @property
    def rule(self) -> str:
        """All that narrows the list but keyword and import, as one text."""
        return rule_text(self.parts)

    @property
    def is_rule_alone(self) -> bool:
        """Return True if the rule says all that narrows the list."""
        return bool(self.parts) and not self.query.keyword and not self.query.one("_change_set")

    @property
    def is_narrowed(self) -> bool:
        return bool(self.parts or self.query.keyword or self.query.one("_change_set"))

    def records(self) -> QuerySet[Record]:
        """Raises BadQuery."""
        fields = fields_of(self.model, reader=self.reader, filters_only=True)
        records = self.model.objects.filter(condition_of(self.parts, self.model, fields))
        if self.query.one("_change_set"):
            records = written_by(records, self.query.one("_change_set"))
        if not self.query.keyword:
            return records
        searched = readable(self.reader, self.model.entity)
        return records.filter(keyword_condition(self.model, searched, self.query.keyword, reader=self.reader))


def select(model: type[Record], query: ListQuery, *, actor: Actor, clusters: Sequence[ListedCluster] | None = None) -> Selection:
    """`query` with the form's own rule in it. The clusters that the actor may read are asked for unless given.

    Where the address finds nothing and has a `+`, the one is meant in which that is no blank (R-19). Raises BadQuery.
    """
    known = extensions.clusters(actor, model.entity.acronym) if clusters is None else clusters
    selection = _selection(model, query, known, actor)
    if query.typed_plus is None or selection.records().exists():
        return selection
    return _selection(model, replace(query, parameters=query.typed_plus, typed_plus=None), known, actor)


def narrowed_records(model: type[Record], narrowing: str, *, actor: Actor) -> QuerySet[Record]:
    """The records of the list whose `ListQuery.narrowing` this is. Raises BadQuery, also where nothing narrows it."""
    selection = select(model, ListQuery.of(QueryDict(narrowing)), actor=actor)
    if not selection.is_narrowed:
        raise BadQuery(_("Nothing narrows the list: it has every record."))
    return selection.records()


def _selection(model: type[Record], query: ListQuery, clusters: Sequence[ListedCluster], actor: Actor) -> Selection:
    parts = parts_of(query, fields_of(model, reader=actor, filters_only=True), clusters)
    return Selection(model, query, parts, actor)
