"""Taking a change-set back: found out first, then done, chunk by chunk."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, F, Value, When
from django.utils import timezone

from crm.people.actors import Actor
from crm.records import bulk
from crm.records.models import ChangeSet, Kept, Undo
from crm.records.undoing import staging
from crm.records.undoing.applying import Writing, next_rows, put_back, put_back_together
from crm.records.undoing.entities import parts_of
from crm.records.undoing.judging import look_ahead, store_kept
from crm.records.undoing.reverse_merge import CREATED, DELETED, UPDATED, Backwards, Undone
from crm.records.writing.recording import open_change_set
from crm.schema.generated import current

REASONS_SHOWN = 100

Progress = Callable[[str, int, int | None], None]  # phase, changes looked at, of how many


def silent(_phase: str, _done: int, _total: int | None) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Done:
    """How far an undo is: of which entities, in which step, up to which change, and what came of it.

    `together`: whether what can be put back only in one transaction is.
    """

    entities: tuple[str, ...] = ()
    together: bool = False
    step: int = 0
    row: int = 0
    looked_at: int = 0
    counts: Undone = field(default_factory=Undone)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, checkpoint: dict[str, Any]) -> "Done":
        known = checkpoint | {"counts": Undone(**checkpoint["counts"]), "entities": tuple(checkpoint["entities"])}
        return cls(**known)


Checkpoint = Callable[[Done], None]  # called in the chunk's transaction
Heed = Callable[[], None]  # called between chunks; raises where the undo is to stop


def open_undo(target: ChangeSet, *, by: Actor, entity: str = "", record_id: str = "") -> Undo:
    """With `record_id` of that record of `entity` alone, or of the change-set's."""
    entity = (entity or target.entity) if record_id else ""
    return Undo.objects.create(target=target, entity=entity, record_id=record_id, created_by=by.user_id)


def rehearse(undo: Undo, progress: Progress = silent) -> Undone:
    """Counts what would be put back and lists what would stay; nothing is written. Raises CannotUndo."""
    with current.pinned():
        progress("comparing", 0, None)
        parts = [staging.stage(part) for part in parts_of(undo)]
        _forget_kept(undo)
        counts = sum((_looked_ahead(part, undo) for part in _by_need(parts)), Undone())
        _store(undo, counts, Undo.State.REHEARSED)
        for part in parts:
            staging.drop(part)
    return counts


def run(
    undo: Undo,
    *,
    by: Actor,
    done: Done | None = None,
    progress: Progress = silent,
    checkpoint: Checkpoint = lambda _done: None,
    heed: Heed = lambda: None,
) -> Undone:
    """Puts back what can be, from `done` on; each chunk commits rows, history and `checkpoint` together.

    Raises CannotUndo, and what `heed` raises.
    """
    with current.pinned():
        parts = _prepared(undo, done, progress)
        done = done or Done(tuple(part.acronym for part in parts))
        progress("restoring", done.looked_at, sum(map(staging.size, parts)))
        change_set = _change_set(undo, by=by)
        writings = [Writing(part, change_set, undo) for part in parts]
        done = put_all_back(writings, done, checkpoint=checkpoint, heed=heed)
        for part in parts:
            bulk.tidy(part, rows=done.counts.records)
            staging.drop(part)
        _store(undo, done.counts, Undo.State.DONE)
    return done.counts


def _store(undo: Undo, counts: Undone, state: Undo.State) -> None:
    undo.counts, undo.state, undo.problem, undo.because = counts.to_json(), state, "", _because(undo)
    undo.save(update_fields=["counts", "state", "problem", "because"])


def _because(undo: Undo) -> list[dict[str, Any]]:  # Any: JSON values
    """Why things are kept: of what was changed since, by which change-set."""
    act = Case(When(reason=Kept.Reason.CHANGED, then=F("other")), default=Value(""))
    groups = undo.kept.order_by().values("reason", act=act).annotate(count=Count("id")).order_by("-count", "reason", "act")
    return [{"reason": g["reason"], "other": g["act"], "count": g["count"]} for g in groups[:REASONS_SHOWN]]


def name_of(target: ChangeSet) -> str:
    """What is taken back, in few words: the worksheet's number and file, else the number of the change-set."""
    if target.kind != ChangeSet.Kind.WRITE:
        return target.summary
    return f"#{target.reference} {target.summary}"[:200] if target.channel == "worksheet" else f"{target.pk}"


def _prepared(undo: Undo, done: Done | None, progress: Progress) -> list[Backwards]:
    """Staged, and what goes together marked: anew, unless an interrupted run left that behind."""
    parts = parts_of(undo, done.entities if done else ())
    if done is not None and all(map(staging.is_ready, parts)):
        return list(map(staging.described, parts))
    progress("comparing", 0, None)
    if done is None:
        _forget_kept(undo)
    parts = [staging.stage(part) for part in parts]
    for part in _by_need(parts):
        _looked_ahead(part)
        staging.mark_ready(part)
    return parts


def _by_need(parts: Sequence[Backwards]) -> list[Backwards]:
    """Whether a record comes back hangs on what it refers to, whether one goes on what refers to it."""
    return list(parts) if any(DELETED in part.kinds for part in parts) else list(reversed(parts))


@transaction.atomic
def _looked_ahead(part: Backwards, undo: Undo | None = None) -> Undone:
    counts = look_ahead(part)
    if undo is not None:
        store_kept(part, undo)
    return counts


def _forget_kept(undo: Undo) -> None:
    undo.kept.all()._raw_delete(undo.kept.db)


def put_all_back(
    writings: Sequence[Writing], done: Done, *, checkpoint: Checkpoint = lambda _done: None, heed: Heed = lambda: None
) -> Done:
    """All that is staged, from `done` on. Values and deleted records come first, of what is referred to before what refers to it;
    created records go last, in the opposite order.
    """
    parts = list(writings)
    if not done.together:
        done = _first_together(parts, done, checkpoint)
    places = range(len(parts))
    steps = [(place, UPDATED + DELETED) for place in places] + [(place, CREATED) for place in reversed(places)]
    while done.step < len(steps):
        heed()
        place, kinds = steps[done.step]
        parts[place] = _as_published_now(parts[place])
        done = _next_chunk(parts[place], kinds, done, checkpoint)
    return done


def _as_published_now(writing: Writing) -> Writing:
    """A field that was hidden meanwhile is kept from now on. None gets another type, for that waits."""
    newest, back = current.newest(), writing.back
    if back.acronym not in newest or newest[back.acronym] is back.model:
        return writing
    return replace(writing, back=staging.described(replace(back, model=newest[back.acronym])))


@transaction.atomic
def _first_together(writings: Sequence[Writing], done: Done, checkpoint: Checkpoint) -> Done:
    counts = sum(map(put_back_together, writings), done.counts)
    done = replace(done, together=True, counts=counts)
    checkpoint(done)
    return done


@transaction.atomic
def _next_chunk(writing: Writing, kinds: str, done: Done, checkpoint: Checkpoint) -> Done:
    chunk = next_rows(writing.back, kinds, done.row, settings.IMPORT_CHUNK_ROWS)
    if chunk is None:
        return replace(done, step=done.step + 1, row=0)
    rows, size = chunk
    counts = done.counts + put_back(writing, rows)
    done = replace(done, row=int(rows.last or 0), looked_at=done.looked_at + size, counts=counts)
    checkpoint(done)
    return done


def _change_set(undo: Undo, *, by: Actor) -> ChangeSet:
    """One change-set an undo, however often it is resumed."""
    if undo.change_set is None:
        target, acting = undo.target, Actor(by.user, "undo", str(undo.pk), is_operator=by.is_operator)
        kind = ChangeSet.Kind.REDO if undo.is_redo else ChangeSet.Kind.UNDO
        undo.change_set = open_change_set(
            target.entity, by=acting, at=timezone.now(), kind=kind, summary=name_of(target), undoes=target
        )
    undo.state = Undo.State.RUNNING
    undo.save(update_fields=["change_set", "state"])
    return undo.change_set
