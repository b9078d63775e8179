"""The entities of a change-set in the order in which their records
are restored: referenced entities before those that refer to them."""

from collections.abc import Iterable, Sequence

from django.db.models import ForeignKey
from django.utils.translation import gettext as _

from crm.records.models import Undo
from crm.records.undoing.errors import CannotUndo
from crm.records.undoing.reverse_merge import ReverseMerge
from crm.records.undoing.staging import CLOCKS
from crm.schema.generated import current
from crm.schema.record import Record, related_records


def parts_of(undo: Undo, entities: Sequence[str] = ()) -> list[ReverseMerge]:
    """One for each entity, in the order given where an interrupted run has chosen one. Raises CannotUndo."""
    names = list(entities) or _in_order(entities_of(undo))
    return [ReverseMerge(_model(name), undo.target, undo.pk, undo.record_id, others=frozenset(names) - {name}) for name in names]


def entities_of(undo: Undo) -> list[str]:
    """The acronyms of the entities of which the change-set wrote records."""
    if undo.entity:
        return [undo.entity]
    changes = undo.target.changes.filter(at__gte=undo.target.at - CLOCKS)
    return sorted({undo.target.entity, *changes.order_by().values_list("entity", flat=True).distinct()})


def _model(acronym: str) -> type[Record]:
    generated = current.models()
    if acronym not in generated:
        raise CannotUndo(_("There is no entity %s any more.") % acronym)
    return generated[acronym]


def _in_order(names: Iterable[str]) -> list[str]:
    """Round after round the entities that refer to none of the rest; of
    those that refer to each other in a circle, the first by name."""
    left, ordered = sorted(names), []
    while left:
        free = [name for name in left if not _targets(name) & (set(left) - {name})] or left[:1]
        ordered += free
        left = [name for name in left if name not in free]
    return ordered


def _targets(acronym: str) -> set[str]:
    """The entities that this one may refer to."""
    columns = _model(acronym)._meta.concrete_fields
    return {related_records(column).entity.acronym for column in columns if isinstance(column, ForeignKey)}
