"""Undoes a change-set: rehearsed first, then applied chunk by chunk."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, F, Value, When
from django.utils import timezone

from crm.extensions import origin_of, tell_of_writing
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.records import bulk
from crm.records.models import ChangeSet, Kept, Undo
from crm.records.undoing import staging
from crm.records.undoing.applying import Writing, next_rows, put_back, put_back_together
from crm.records.undoing.assessing import look_ahead, store_kept
from crm.records.undoing.entity_order import parts_of
from crm.records.undoing.reverse_merge import CREATED, DELETED, UPDATED, ReverseMerge, UndoCounts
from crm.records.writing.recording import open_change_set
from crm.schema.generated import current

REASONS_SHOWN = 100

Progress = Callable[[str, int, int | None], None]  # phase, changes looked at, of how many


def silent(_phase: str, _done: int, _total: int | None) -> None:
    """For callers that show no progress."""


@dataclass(frozen=True)
class UndoCheckpoint:
    """How far an undo is: of which entities, in which step, up to which change, and what came of it.

    `together` is True when what can be put back only in one transaction is back. Stored with the job, under these names.
    """

    entities: tuple[str, ...] = ()
    together: bool = False
    step: int = 0
    row: int = 0
    looked_at: int = 0
    counts: UndoCounts = field(default_factory=UndoCounts)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, checkpoint: dict[str, Any]) -> "UndoCheckpoint":
        known = checkpoint | {"counts": UndoCounts(**checkpoint["counts"]), "entities": tuple(checkpoint["entities"])}
        return cls(**known)


SaveCheckpoint = Callable[[UndoCheckpoint], None]  # called in the chunk's transaction
CheckCancelled = Callable[[], None]  # called between chunks; raises to stop the undo


def open_undo(target: ChangeSet, *, by: Actor, entity: str = "", record_id: str = "") -> Undo:
    """With `record_id` of that record of `entity` alone, or of the change-set's."""
    entity = (entity or target.entity) if record_id else ""
    return Undo.objects.create(target=target, entity=entity, record_id=record_id, created_by=by.user_id)


def rehearse(undo: Undo, progress: Progress = silent) -> UndoCounts:
    """Counts what would be put back and lists what would be kept; nothing is written. Raises CannotUndo."""
    with current.pinned():
        progress("comparing", 0, None)
        parts = [staging.stage(part) for part in parts_of(undo)]
        _forget_kept(undo)
        counts = sum((_assessed(part, undo) for part in _in_order_of_dependency(parts)), UndoCounts())
        _store(undo, counts, Undo.State.REHEARSED)
        for part in parts:
            staging.drop(part)
    return counts


def run(
    undo: Undo,
    *,
    by: Actor,
    done: UndoCheckpoint | None = None,
    progress: Progress = silent,
    checkpoint: SaveCheckpoint = lambda _done: None,
    check_cancelled: CheckCancelled = lambda: None,
) -> UndoCounts:
    """Puts back what can be, from `done` on; each chunk commits rows, history and `checkpoint` together.

    Raises CannotUndo, and what `check_cancelled` raises.
    """
    with current.pinned():
        parts = _prepared(undo, done, progress)
        done = done or UndoCheckpoint(tuple(part.acronym for part in parts))
        progress("restoring", done.looked_at, sum(map(staging.size, parts)))
        change_set = _change_set(undo, by=by)
        writings = [Writing(part, change_set, undo) for part in parts]
        done = put_all_back(writings, done, checkpoint=checkpoint, check_cancelled=check_cancelled)
        for part in parts:
            bulk.tidy(part.model, rows=done.counts.records)
            staging.drop(part)
        _finish(undo, done, by=by)
    return done.counts


@transaction.atomic
def _finish(undo: Undo, done: UndoCheckpoint, *, by: Actor) -> None:
    """An undo that is done is recorded, and once: a run that is resumed after it finds it done."""
    _store(undo, done.counts, Undo.State.DONE)
    _audit(undo, done.counts, by=by)
    for entity in done.entities:
        tell_of_writing(entity)


def _audit(undo: Undo, counts: UndoCounts, *, by: Actor) -> None:
    target = undo.target
    number = f"#{target.reference}" if target.channel == "worksheet" else ""
    details = {"restored": counts.restored, "removed": counts.removed, "kept_values": counts.values_kept}
    record_event(by, "redo" if undo.is_redo else "undo", subject=f"{target.entity} {number}".strip(), details=details)


def _store(undo: Undo, counts: UndoCounts, state: Undo.State) -> None:
    undo.counts, undo.state, undo.problem, undo.because = counts.to_json(), state, "", _reasons(undo)
    undo.save(update_fields=["counts", "state", "problem", "because"])


def _reasons(undo: Undo) -> list[dict[str, Any]]:  # Any: JSON values
    """The reasons for what is kept: of later changes, by which change-set."""
    change_set = Case(When(reason=Kept.Reason.CHANGED, then=F("other")), default=Value(""))
    groups = undo.kept.order_by().values("reason", by=change_set).annotate(count=Count("id")).order_by("-count", "reason", "by")
    return [{"reason": g["reason"], "other": g["by"], "count": g["count"]} for g in groups[:REASONS_SHOWN]]


def name_of(target: ChangeSet) -> str:
    """What is undone, in few words: the worksheet's number and file, what another package calls it, else its number."""
    if target.kind != ChangeSet.Kind.WRITE:
        return target.summary
    if target.channel == "worksheet":
        return f"#{target.reference} {target.summary}"[:200]
    origin = origin_of(target)
    return origin.name[:200] if origin else f"{target.pk}"


def _prepared(undo: Undo, done: UndoCheckpoint | None, progress: Progress) -> list[ReverseMerge]:
    """Staged, and what goes together marked, unless an interrupted run has left that ready."""
    parts = parts_of(undo, done.entities if done else ())
    if done is not None and all(map(staging.is_ready, parts)):
        return list(map(staging.described, parts))
    progress("comparing", 0, None)
    if done is None:
        _forget_kept(undo)
    parts = [staging.stage(part) for part in parts]
    for part in _in_order_of_dependency(parts):
        _assessed(part)
        staging.mark_ready(part)
    return parts


def _in_order_of_dependency(parts: Sequence[ReverseMerge]) -> list[ReverseMerge]:
    """A record can come back only after what it refers to, and be removed only after what refers to it."""
    return list(parts) if any(DELETED in part.kinds for part in parts) else list(reversed(parts))


@transaction.atomic
def _assessed(part: ReverseMerge, undo: Undo | None = None) -> UndoCounts:
    counts = look_ahead(part)
    if undo is not None:
        store_kept(part, undo)
    return counts


def _forget_kept(undo: Undo) -> None:
    undo.kept.all()._raw_delete(undo.kept.db)


def put_all_back(
    writings: Sequence[Writing],
    done: UndoCheckpoint,
    *,
    checkpoint: SaveCheckpoint = lambda _done: None,
    check_cancelled: CheckCancelled = lambda: None,
) -> UndoCheckpoint:
    """Puts back everything that is staged, from `done` on. Values and deleted records come first,
    of what is referred to before what refers to it; created records go last, in the opposite order.
    """
    parts = list(writings)
    if not done.together:
        done = _first_together(parts, done, checkpoint)
    places = range(len(parts))
    steps = [(place, UPDATED + DELETED) for place in places] + [(place, CREATED) for place in reversed(places)]
    while done.step < len(steps):
        check_cancelled()
        place, kinds = steps[done.step]
        parts[place] = _as_published_now(parts[place])
        done = _next_chunk(parts[place], kinds, done, checkpoint)
    return done


def _as_published_now(writing: Writing) -> Writing:
    """A field that was hidden meanwhile is kept from now on. None is retyped, for that waits for the lock."""
    newest, merge = current.newest(), writing.merge
    if merge.acronym not in newest or newest[merge.acronym] is merge.model:
        return writing
    return replace(writing, merge=staging.described(replace(merge, model=newest[merge.acronym])))


@transaction.atomic
def _first_together(writings: Sequence[Writing], done: UndoCheckpoint, checkpoint: SaveCheckpoint) -> UndoCheckpoint:
    counts = sum(map(put_back_together, writings), done.counts)
    done = replace(done, together=True, counts=counts)
    checkpoint(done)
    return done


@transaction.atomic
def _next_chunk(writing: Writing, kinds: str, done: UndoCheckpoint, checkpoint: SaveCheckpoint) -> UndoCheckpoint:
    chunk = next_rows(writing.merge, kinds, done.row, settings.IMPORT_CHUNK_ROWS)
    if chunk is None:
        return replace(done, step=done.step + 1, row=0)
    rows, size = chunk
    counts = done.counts + put_back(writing, rows)
    done = replace(done, row=int(rows.last or 0), looked_at=done.looked_at + size, counts=counts)
    checkpoint(done)
    return done


@transaction.atomic
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
