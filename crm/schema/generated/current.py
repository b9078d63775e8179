"""The newest publication's model classes: looked up once per request, built once per process."""

from collections import OrderedDict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache
from threading import Lock

from crm.schema.definitions import EntityDefinition, Snapshot
from crm.schema.generated.classes import GeneratedModels
from crm.schema.models import Publication
from crm.schema.record import Record

KEPT = 2  # the newest publication and the one that running work may still be pinned to

_built: OrderedDict[tuple[int, str], GeneratedModels] = OrderedDict()
_building = Lock()
_pinned: ContextVar[GeneratedModels | None] = ContextVar("pinned_publication", default=None)


def models() -> GeneratedModels:
    """The model classes of the newest publication, or of the one that this request is pinned to."""
    return _pinned.get() or newest()


def entity(acronym: str) -> EntityDefinition:
    """Raises KeyError when no entity of this acronym is published."""
    return models().entity(acronym)


def newest() -> GeneratedModels:
    """One indexed query when the publication has not changed."""
    key = Publication.objects.values_list("number", "digest").first()
    return _models_for(key) if key else GeneratedModels(0, Snapshot())


def of_publication(number: int) -> GeneratedModels:
    """The model classes of an earlier publication: for work that
    began under it and is resumed. Raises Publication.DoesNotExist."""
    digest = Publication.objects.values_list("digest", flat=True).get(number=number)
    return _models_for((number, digest))


def showing(acronym: str, names: Collection[str]) -> type[Record]:
    """The newest class of an entity, in which these fields are visible
    even if they are hidden: work that began before goes on with them.

    Raises EntityGone. A field that is gone is not in it.
    """
    generated = newest()
    hidden = frozenset(field.name for field in generated.entity(acronym).hidden_fields if field.name in names)
    return _showing(generated, acronym, hidden) if hidden else generated[acronym]


@lru_cache(maxsize=KEPT)
def _showing(generated: GeneratedModels, acronym: str, names: frozenset[str]) -> type[Record]:
    entity = generated.entity(acronym)
    fields = tuple(replace(field, hidden=False) if field.name in names else field for field in entity.fields)
    shown = {**generated.snapshot.entities, acronym: replace(entity, fields=fields)}
    return GeneratedModels(generated.number, replace(generated.snapshot, entities=shown))[acronym]


@contextmanager
def pinned(to: GeneratedModels | None = None) -> Iterator[GeneratedModels]:
    """Holds one publication for the length of the block, so that instances of two generations never meet."""
    token = _pinned.set(to or newest())
    try:
        yield _pinned.get()  # type: ignore[misc]  # set in the line above
    finally:
        _pinned.reset(token)


def repin() -> None:
    """After a publish within a request: what follows sees the new classes."""
    if _pinned.get() is not None:
        _pinned.set(newest())


def _models_for(key: tuple[int, str]) -> GeneratedModels:
    # The digest is part of the key: after a rollback the same number may come again with other content.
    with _building:
        if key not in _built:
            _built[key] = GeneratedModels(key[0], Publication.objects.get(number=key[0]).content())
        _built.move_to_end(key)
        while len(_built) > KEPT:
            _built.popitem(last=False)
        return _built[key]
