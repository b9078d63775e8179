"""Taking a change-set back: found out first, then done, chunk by chunk."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.records import bulk
from crm.records.models import ChangeSet, Kept, Undo
from crm.records.recording import open_change_set
from crm.records.undoing import staging
from crm.records.undoing.applying import PASSES, Writing, next_rows, put_back, put_back_together
from crm.records.undoing.backwards import Backwards, Undone
from crm.records.undoing.errors import CannotUndo
from crm.records.undoing.judging import look_ahead, store_kept
from crm.schema import current

REASONS_SHOWN = 100

Progress = Callable[[str, int, int | None], None]  # phase, changes looked at, of how many


def silent(_phase: str, _done: int, _total: int | None) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Done:
    """How far an undo is: in which pass, up to which change, whether what goes together went, and what came of it."""

    stage: int = 0  # of PASSES
    row: int = 0
    together: bool = False
    looked_at: int = 0
    counts: Undone = field(default_factory=Undone)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, checkpoint: dict[str, Any]) -> "Done":
        return cls(**{**checkpoint, "counts": Undone(**checkpoint["counts"])})


Checkpoint = Callable[[Done], None]  # called in the chunk's transaction
Heed = Callable[[], None]  # called between chunks; raises where the undo is to stop


def open_undo(target: ChangeSet, *, by: Actor, record_id: str = "") -> Undo:
    return Undo.objects.create(target=target, record_id=record_id, created_by=by.user_id)


def rehearse(undo: Undo, progress: Progress = silent) -> Undone:
    """Counts what would be put back and lists what would stay; nothing is written. Raises CannotUndo."""
    with current.pinned():
        progress("comparing", 0, None)
        back = staging.stage(_backwards(undo))
        counts = _looked_ahead(back)
        with transaction.atomic():
            _forget_kept(undo)
            store_kept(back, undo)
            _store(undo, counts, Undo.State.REHEARSED)
        staging.drop(back)
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
        back = _prepared(undo, done, progress)
        progress("restoring", done.looked_at if done else 0, staging.size(back))
        writing = Writing(back, _change_set(undo, by=by), undo)
        done = put_all_back(writing, done or Done(), checkpoint=checkpoint, heed=heed)
        bulk.tidy(back, rows=done.counts.records)
        _store(undo, done.counts, Undo.State.DONE)
        staging.drop(back)
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


def _backwards(undo: Undo) -> Backwards:
    generated = current.models()
    if undo.target.entity not in generated:
        raise CannotUndo(_("There is no entity %s any more.") % undo.target.entity)
    return Backwards(generated[undo.target.entity], undo.target, undo.pk, undo.record_id)


def _prepared(undo: Undo, done: Done | None, progress: Progress) -> Backwards:
    """Staged, and what goes together marked: anew, unless an interrupted run left that behind."""
    back = _backwards(undo)
    if done is not None and staging.is_staged(back):
        return staging.described(back)
    progress("comparing", 0, None)
    if done is None:
        _forget_kept(undo)
    back = staging.stage(back)
    _looked_ahead(back)
    return back


@transaction.atomic
def _looked_ahead(back: Backwards) -> Undone:
    return look_ahead(back)


def _forget_kept(undo: Undo) -> None:
    undo.kept.all()._raw_delete(undo.kept.db)


def put_all_back(writing: Writing, done: Done, *, checkpoint: Checkpoint = lambda _done: None, heed: Heed = lambda: None) -> Done:
    """All that is staged, from `done` on."""
    if not done.together:
        done = _first_together(writing, done, checkpoint)
    while done.stage < len(PASSES):
        heed()
        done = _next_chunk(writing, done, checkpoint)
    return done


@transaction.atomic
def _first_together(writing: Writing, done: Done, checkpoint: Checkpoint) -> Done:
    done = replace(done, together=True, counts=done.counts + put_back_together(writing))
    checkpoint(done)
    return done


@transaction.atomic
def _next_chunk(writing: Writing, done: Done, checkpoint: Checkpoint) -> Done:
    kinds = PASSES[done.stage]
    chunk = next_rows(writing.back, kinds, done.row, settings.IMPORT_CHUNK_ROWS)
    if chunk is None:
        return replace(done, stage=done.stage + 1, row=0)
    rows, size = chunk
    counts = done.counts + put_back(writing, rows)
    done = replace(done, row=rows.last, looked_at=done.looked_at + size, counts=counts)
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
