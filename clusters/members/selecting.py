"""Which records are meant: by their ids, by the values of a field, by a rule, by what narrows a list."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.models import Q

from clusters.errors import InvalidSelection
from clusters.members.key_lookup import SelectedRecords, matched
from clusters.members.mixed_keys import mixed
from crm.people.actors import Actor
from crm.records import querying
from crm.records.errors import BadQuery
from crm.records.lists.selection import narrowed_records
from crm.rules.compiling import compile_rule
from crm.rules.parsing import parse
from crm.schema.record import Record

MIXED = "*"  # each key is of the field that it looks like


@dataclass(frozen=True)
class Selection:
    """Of one of the kinds: `keys` with the `field` whose values they are (`id` among them), or with MIXED; a `rule`; or `listed`,
    the `ListQuery.narrowing` of a list."""

    field: str = "id"
    keys: Sequence[str] = ()
    rule: str | None = None
    listed: str = ""

    @property
    def is_condition(self) -> bool:
        return self.rule is not None or bool(self.listed)


@contextmanager
def selected(model: type[Record], selection: Selection, *, by: Actor) -> Iterator[SelectedRecords]:
    """For use within one transaction, in which the records stay the ones that are meant. Raises InvalidSelection, RuleError."""
    if selection.rule is not None:
        fields = querying.fields_of(model, reader=by, filters_only=True)
        yield SelectedRecords(compile_rule(parse(selection.rule), fields, querying.writing_context(model)), [])
        return
    if selection.listed:
        yield SelectedRecords(_listed(model, selection.listed, reader=by), [])
        return
    keys = selection.keys
    with mixed(model, keys, by=by) if selection.field == MIXED else matched(model, selection.field, keys, by=by) as found:
        yield found


def _listed(model: type[Record], narrowing: str, *, reader: Actor) -> Q:
    try:
        return Q(pk__in=narrowed_records(model, narrowing, actor=reader).values("pk"))
    except BadQuery as refusal:
        raise InvalidSelection(str(refusal)) from refusal
