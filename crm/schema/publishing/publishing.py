"""Publishes a plan: records the publication and alters the tables in one transaction."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from typing import TypeAlias

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from crm.jobs.errors import Cancelled
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.schema.definitions import EntityDefinition, Snapshot
from crm.schema.draft.drafting import Wanted, field_drafts, whole_draft
from crm.schema.errors import UnpublishableSchema
from crm.schema.generated import current
from crm.schema.generated.index_sizes import is_too_large
from crm.schema.models import Publication
from crm.schema.publishing import admission
from crm.schema.publishing.admission import Admission
from crm.schema.publishing.planning import PublicationPlan, plan_between
from crm.schema.publishing.steps import shadow_columns
from crm.schema.publishing.steps.base import Step, Work
from crm.schema.publishing.steps.indexing import AddIndex
from crm.schema.publishing.steps.retyping import Retype
from crm.schema.publishing.tables import index_builds
from crm.schema.publishing.tables.altering import table_editor
from crm.schema.publishing.tables.waiting import BRIEF, Patience, exclusive, under_publishing_lock


def published_snapshot() -> Snapshot:
    newest = Publication.objects.first()
    return newest.content() if newest else Snapshot()


Planner: TypeAlias = Callable[[Snapshot, int], PublicationPlan]  # from what is published and the next number


def make_plan(wanted: Wanted = whole_draft) -> PublicationPlan:
    return plan_by(planner(wanted))


def plan_by(make: Planner) -> PublicationPlan:
    newest = Publication.objects.first()
    return make(newest.content(), newest.number + 1) if newest else make(Snapshot(), 1)


def planner(wanted: Wanted) -> Planner:
    """The planner of a wanted draft."""
    return lambda published, number: plan_between(published, wanted, number)


def publish(
    wanted: Wanted = whole_draft, *, by: Actor, confirmed: str = "", accepted_loss: int = 0, patience: Patience = BRIEF
) -> Publication:
    """Alters the tables to what is wanted and records the publication, both or neither.

    `confirmed` is the digest of the plan that somebody saw, if anybody did; `accepted_loss` how many values may be lost.
    Raises UnpublishableSchema and its kinds; where nothing changes, the newest publication is returned.
    """
    return publish_plan(planner(wanted), by=by, confirmed=confirmed, accepted_loss=accepted_loss, patience=patience)


def publish_entity(acronym: str, names: Set[str], *, by: Actor, patience: Patience = BRIEF) -> Publication:
    """Publishes these drafted fields of one entity on top of what is published, whatever else the draft holds."""
    return publish(field_drafts(acronym, names), by=by, patience=patience)


def publish_plan(
    make: Planner, *, by: Actor, confirmed: str = "", accepted_loss: int = 0, patience: Patience = BRIEF
) -> Publication:
    """As `publish`. Outside a transaction the plan is made beforehand too, so that long steps are prepared next to the tables."""
    admits = admission.confirmed(confirmed, accepted_loss)
    if connection.in_atomic_block:
        return under_publishing_lock(lambda: carry_out(_admitted(make, admits), by=by, accepted_loss=accepted_loss), patience)
    known = _admitted(make, admits)
    if known.changes_nothing:
        return _newest(known)

    def publish_prepared() -> Publication:
        return _applied(_admitted(make, admits, known), by=by, accepted_loss=accepted_loss)

    with exclusive(known.exclusive_entities, patience), _prepared(known, patience):
        return under_publishing_lock(publish_prepared, patience)


def publish_change(
    change: Callable[[], object], wanted: Wanted, *, admits: Admission, by: Actor, patience: Patience = BRIEF
) -> Publication | None:
    """Changes the draft and publishes it, in one transaction; None where the policy leaves the change in the draft.

    Raises what `change` and the policy raise; then nothing was drafted.
    """

    def draft_and_publish() -> Publication | None:
        change()
        plan = make_plan(wanted)
        return carry_out(plan, by=by) if admits(plan) else None

    return under_publishing_lock(draft_and_publish, patience)


def carry_out(plan: PublicationPlan, *, by: Actor, accepted_loss: int = 0) -> Publication:
    """Applies an admitted plan in the caller's transaction, under the publishing lock."""
    with exclusive(plan.exclusive_entities):
        return _applied(plan, by=by, accepted_loss=accepted_loss)


def _admitted(make: Planner, admits: Admission, known: PublicationPlan | None = None) -> PublicationPlan:
    """The plan as it is now, admitted; `known` was admitted before, and is returned if nobody has published since."""
    plan = plan_by(make)
    if known and (plan.number, plan.digest) == (known.number, known.digest):
        return known
    if not plan.changes_nothing:
        admits(plan)
    return plan


def _newest(plan: PublicationPlan) -> Publication:
    return Publication.objects.get(number=plan.number - 1)


@contextmanager
def _prepared(plan: PublicationPlan, patience: Patience) -> Iterator[None]:
    """Long steps are prepared next to the tables before the block publishes them, and cleaned up if that fails.

    A process that is asked to end, or is killed, leaves them for the process that resumes the job.
    """
    if connection.in_atomic_block or not plan.exclusive_entities:
        yield
        return
    try:
        long = [step for step in plan.steps if step.is_long()]
        _discard(plan, keep=long)
        for step in long:
            step.prepare(patience)
        yield
    except (UnpublishableSchema, Cancelled, DatabaseError):
        _discard(plan)
        raise


def _discard(plan: PublicationPlan, *, keep: Sequence[Step] = ()) -> None:
    columns = [step.shadow for step in keep if isinstance(step, Retype)]
    indexes = {index_builds.temporary_name(step.name) for step in keep if isinstance(step, AddIndex)}
    for acronym in plan.exclusive_entities:
        shadow_columns.discard(acronym, keep=columns)
        if connection.vendor == "postgresql":
            index_builds.discard(EntityDefinition(acronym).table, keep=indexes)


def _applied(plan: PublicationPlan, *, by: Actor, accepted_loss: int) -> Publication:
    if plan.changes_nothing:
        return _newest(plan)
    try:
        with transaction.atomic():
            publication = _apply(plan, by=by, accepted_loss=accepted_loss)
    except IntegrityError as error:
        raise UnpublishableSchema([_("A field cannot be unique while its values repeat: %s") % error]) from error
    except OperationalError as error:
        if not is_too_large(error):
            raise
        raise UnpublishableSchema([_("A value is too long for an index of its field, or for the table: %s") % error]) from error
    current.repin()
    return publication


def _apply(plan: PublicationPlan, *, by: Actor, accepted_loss: int) -> Publication:
    """Recorded first and altered last, so that the tables are held for the shortest time."""
    publication = _record(plan, by=by)
    new = plan.classes()
    with table_editor() as editor:
        work = Work(editor, new, accepted_loss)
        for step in plan.steps:
            step.apply(work)
    _record_event(publication, plan, work.lost, by=by)
    return publication


def _record(plan: PublicationPlan, *, by: Actor) -> Publication:
    document = plan.outcome.to_json()
    return Publication.objects.create(
        number=plan.number,
        snapshot=document,
        digest=hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest(),
        operations=[step.summary() for step in plan.steps],
        published_by=by.user,
    )


def _record_event(publication: Publication, plan: PublicationPlan, lost: int, *, by: Actor) -> None:
    entities = sorted({step.entity.acronym for step in plan.steps})
    fields = sorted({step.field_name for step in plan.steps} - {""})
    details = {
        "steps": len(plan.steps),
        "entities": entities,
        "fields": fields[:50],
        **({"values_left_out": lost} if lost else {}),
    }
    event = plan.steps[0].event if plan.steps else "publish"
    record_event(by, event, subject=str(publication), details=details)
