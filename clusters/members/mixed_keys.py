"""Keys of several kinds in one list: each finds its record by what it is, an e-mail, a document, else an id."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _

from clusters.errors import InvalidSelection
from clusters.members.key_lookup import SelectedRecords, matched
from crm.people.actors import Actor
from crm.rules.digits import digits_of, is_number
from crm.schema.definitions import EntityDefinition
from crm.schema.record import Record

DOCUMENT_LENGTHS = {11, 14}


@contextmanager
def mixed(model: type[Record], keys: Sequence[str], *, by: Actor) -> Iterator[SelectedRecords]:
    """Within one transaction. Raises InvalidSelection, also where a key is the id of one record and the document of another."""
    fields = {key: field_of(key, model.entity) for key in keys}
    documents = [key for key, field in fields.items() if field == "document"]
    fields |= dict.fromkeys(_ids_among(model, documents, by=by), "id")
    with ExitStack() as stack:
        kinds = [[key for key in keys if fields[key] == field] for field in dict.fromkeys(fields.values())]
        found = [stack.enter_context(_looked_up(model, fields[kind[0]], kind, by=by)) for kind in kinds]
        unknown = {key for each in found for key in each.unknown}
        condition = reduce(or_, (each.condition for each in found), Q(pk__in=[]))
        yield SelectedRecords(condition, [key for key in keys if key in unknown])


@contextmanager
def _looked_up(model: type[Record], field: str, keys: Sequence[str], *, by: Actor) -> Iterator[SelectedRecords]:
    """Documents without their punctuation; unknown ones as they were written."""
    stored = {key: digits_of(key) if field == "document" else key for key in keys}
    with matched(model, field, list(dict.fromkeys(stored.values())), by=by) as found:
        unknown = set(found.unknown)
        yield SelectedRecords(found.condition, [key for key in keys if stored[key] in unknown])


def field_of(key: str, entity: EntityDefinition) -> str:
    """The field whose value it looks like, of those that the entity has."""
    if "@" in key and entity.field("email"):
        return "email"
    return "document" if is_document(key) and entity.field("document") else "id"


def is_document(key: str) -> bool:
    return is_number(key) and len(digits_of(key)) in DOCUMENT_LENGTHS


def _ids_among(model: type[Record], documents: Sequence[str], *, by: Actor) -> list[str]:
    """Those that look like documents, are nobody's, and are ids."""
    ids = _known(model, "id", documents, by=by)
    both = _known(model, "document", ids, by=by)
    if both:
        _refuse_two_meanings(model, both, by=by)
    held = set(both)
    return [key for key in ids if key not in held]


def _refuse_two_meanings(model: type[Record], keys: Sequence[str], *, by: Actor) -> None:
    with _looked_up(model, "id", keys, by=by) as named, _looked_up(model, "document", keys, by=by) as holding:
        other = model.objects.filter(named.condition & ~holding.condition).first()
    if other is not None:
        raise InvalidSelection(_("“%s” is the id of one record and the document of another: give the e-mail instead.") % other.pk)


def _known(model: type[Record], field: str, keys: Sequence[str], *, by: Actor) -> list[str]:
    if not keys:
        return []
    with _looked_up(model, field, keys, by=by) as found:
        unknown = set(found.unknown)
    return [key for key in keys if key not in unknown]
