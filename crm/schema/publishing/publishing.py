"""From draft to tables: altered and recorded together, or not at all."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from typing import TypeAlias

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from crm.jobs.errors import Cancelled
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.schema.definitions import EntityDefinition, Snapshot
from crm.schema.draft.drafting import Wanted, field_drafts, whole_draft
from crm.schema.errors import UnpublishableSchema
from crm.schema.generated import current
from crm.schema.models import Publication
from crm.schema.publishing.planning import Plan, plan_between
from crm.schema.publishing.steps import shadow_columns
from crm.schema.publishing.steps.indexing import AddIndex
from crm.schema.publishing.steps.retyping import Retype
from crm.schema.publishing.steps.steps import Step, Work
from crm.schema.publishing.tables import index_builds
from crm.schema.publishing.tables.altering import table_editor
from crm.schema.publishing.tables.waiting import BRIEF, Patience, patiently, quiet, take_publishing_lock


def published_snapshot() -> Snapshot:
    newest = Publication.objects.first()
    return newest.content() if newest else Snapshot()


Planner: TypeAlias = Callable[[Snapshot, int], Plan]  # from what is published and the next number


def make_plan(wanted: Wanted = whole_draft) -> Plan:
    return plan_by(planner(wanted))


def plan_by(make: Planner) -> Plan:
    newest = Publication.objects.first()
    return make(newest.content(), newest.number + 1) if newest else make(Snapshot(), 1)


def planner(wanted: Wanted) -> Planner:
    """Of what is wanted instead of what is published."""
    return lambda published, number: plan_between(published, wanted, number)


def publish(
    wanted: Wanted = whole_draft, *, by: Actor, confirmed: str = "", accepted_loss: int = 0, patience: Patience = BRIEF
) -> Publication:
    """Alters the tables to what is wanted and records the publication, both or neither.

    `confirmed` is the digest of the plan that somebody saw, if anybody did; `accepted_loss` how many values may be lost.
    Raises UnpublishableSchema and its kinds; where nothing changes, the newest publication is given again.
    """

    return publish_plan(planner(wanted), by=by, confirmed=confirmed, accepted_loss=accepted_loss, patience=patience)


def publish_plan(
    make: Planner, *, by: Actor, confirmed: str = "", accepted_loss: int = 0, patience: Patience = BRIEF
) -> Publication:
    """As `publish`, of a plan that is made anew under the publishing lock."""
    plan = plan_by(make)
    if plan.changes_nothing:
        return Publication.objects.get(number=plan.number - 1)
    plan.check(confirmed=confirmed, accepted_loss=accepted_loss)

    def once() -> Publication:
        return _publish_once(make, plan, by=by, confirmed=confirmed, accepted_loss=accepted_loss)

    with quiet(plan.quiet_entities, patience), _prepared(plan, patience):
        return patiently(once, patience)


def publish_entity(acronym: str, names: Set[str], *, by: Actor, patience: Patience = BRIEF) -> Publication:
    """Publishes these drafted fields of one entity on top of what is published, whatever else the draft holds."""
    return publish(field_drafts(acronym, names), by=by, patience=patience)


@contextmanager
def _prepared(plan: Plan, patience: Patience) -> Iterator[None]:
    """What takes long is done beside the tables before the block publishes it, and taken away if that fails.

    A process that is asked to end leaves it, for whoever goes on; so does one that is killed.
    """
    if connection.in_atomic_block or not plan.quiet_entities:
        yield
        return
    try:
        long = [step for step in plan.steps if step.is_long()]
        _discard(plan, but=long)
        for step in long:
            step.prepare(patience)
        yield
    except (UnpublishableSchema, Cancelled, DatabaseError):
        _discard(plan)
        raise


def _discard(plan: Plan, *, but: Sequence[Step] = ()) -> None:
    columns = [step.beside for step in but if isinstance(step, Retype)]
    indexes = {index_builds.aside(step.name) for step in but if isinstance(step, AddIndex)}
    for acronym in plan.quiet_entities:
        shadow_columns.discard(acronym, but=columns)
        if connection.vendor == "postgresql":
            index_builds.discard(EntityDefinition(acronym).table, but=indexes)


def _publish_once(make: Planner, known: Plan, *, by: Actor, confirmed: str, accepted_loss: int) -> Publication:
    """`known` is the plan that was checked; when others have published meanwhile, it is made and checked anew."""
    try:
        with transaction.atomic():
            take_publishing_lock()
            plan = plan_by(make)
            if (plan.number, plan.digest) == (known.number, known.digest):
                plan = known
            else:
                plan.check(confirmed=confirmed, accepted_loss=accepted_loss)
            if plan.changes_nothing:
                return Publication.objects.get(number=plan.number - 1)
            publication = _apply(plan, by=by, accepted_loss=accepted_loss)
    except IntegrityError as error:
        raise UnpublishableSchema([_("A field cannot be unique while its values repeat: %s") % error]) from error
    current.repin()
    return publication


def _apply(plan: Plan, *, by: Actor, accepted_loss: int) -> Publication:
    """Recorded first and altered last, so that the tables are held for the shortest time."""
    publication = _record(plan, by=by)
    new = plan.classes()
    with table_editor() as editor:
        work = Work(editor, new, accepted_loss)
        for step in plan.steps:
            step.apply(work)
    _tell(publication, plan, work.lost, by=by)
    return publication


def _record(plan: Plan, *, by: Actor) -> Publication:
    document = plan.outcome.to_json()
    return Publication.objects.create(
        number=plan.number,
        snapshot=document,
        digest=hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest(),
        operations=[step.summary() for step in plan.steps],
        published_by=by.user,
    )


def _tell(publication: Publication, plan: Plan, lost: int, *, by: Actor) -> None:
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
