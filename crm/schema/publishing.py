"""From draft to tables: the only module that alters record tables."""

import hashlib
import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.schema import current
from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.fieldtypes import get as field_type
from crm.schema.fieldtypes.columns import deconstruct_column
from crm.schema.generated import GeneratedModels
from crm.schema.models import DataEntity, Publication
from crm.schema.planning import ImpossibleStep, Step, steps_between
from crm.schema.rulefields import rule_problems

PUBLISHING_LOCK = 7_203_001  # any number that no other advisory lock uses
LOCK_TIMEOUT_MS = 300  # beside a long reader, a longer wait makes every other reader wait too
ATTEMPTS = 40


class UnpublishableSchema(ValueError):
    """The draft cannot be published; `problems` are sentences for the administrator."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Plan:
    """What publishing a draft would do."""

    published: Snapshot
    draft: Snapshot
    steps: list[Step]

    def check(self) -> None:
        problems = [step.sentence for step in self.steps if isinstance(step, ImpossibleStep)]
        if self.steps:  # what was wrong before, as after a release that drops a type, hinders nobody
            known = rule_problems(self.published)
            problems += [problem for problem in rule_problems(self.draft) if problem not in known]
        if problems:
            raise UnpublishableSchema(problems)


def published_snapshot() -> Snapshot:
    newest = Publication.objects.first()
    return newest.content() if newest else Snapshot()


def drafted_snapshot() -> Snapshot:
    """The draft of all entities, each field with the column that its type gives it today."""
    entities = DataEntity.objects.prefetch_related("fields", "indexes")
    return Snapshot({entity.acronym: with_columns(entity.definition()) for entity in entities})


def with_columns(entity: EntityDefinition) -> EntityDefinition:
    return replace(entity, fields=tuple(with_column(field) for field in entity.fields))


def with_column(field: FieldDefinition) -> FieldDefinition:
    column = field_type(field.type).column(field)
    return replace(field, column=deconstruct_column(column) if column is not None else {})


def make_plan(draft: Snapshot | None = None) -> Plan:
    draft = draft or drafted_snapshot()
    published = published_snapshot()
    return Plan(published, draft, steps_between(published, draft))


def draft_of(acronym: str) -> Snapshot:
    """What is published, with one entity as it is drafted. Raises UnpublishableSchema when there is no such entity."""
    drafted = drafted_snapshot().entities.get(acronym)
    if drafted is None:
        raise UnpublishableSchema([_("There is no entity %s.") % acronym])
    return published_snapshot().with_entity(drafted)


def plan_sql(plan: Plan) -> list[list[str]]:
    """The statements of each step, without running them."""
    old, new = GeneratedModels(0, plan.published), GeneratedModels(0, plan.draft)
    return [_collected(step, old, new) for step in plan.steps]


def publish(draft: Snapshot | None = None, *, by: Actor) -> Publication:
    """Alters the tables to the draft and records the publication, both or neither.

    Without `draft` everything that is drafted is published. Raises UnpublishableSchema; an unchanged draft gives the
    newest publication again.
    """
    for attempt in range(ATTEMPTS):
        try:
            return _publish_once(draft, by=by)
        except IntegrityError as error:
            raise UnpublishableSchema([_("A field cannot be unique while its values repeat: %s") % error]) from error
        except OperationalError as error:
            if not _lock_was_not_available(error) or attempt == ATTEMPTS - 1:
                raise
            time.sleep(min(2.0, 0.1 * 1.3**attempt) * random.uniform(0.5, 1.0))  # noqa: S311  # spreads the retries
    raise UnpublishableSchema([_("The tables are in use; try again in a moment.")])


def publish_entity(acronym: str, names: set[str], *, by: Actor) -> Publication:
    """Publishes these drafted fields of one entity on top of what is published, whatever else the draft holds."""
    published = published_snapshot()
    drafted = with_columns(DataEntity.objects.get(acronym=acronym).definition())
    entity = published.entities.get(acronym) or replace(drafted, fields=(), indexes=())
    others = tuple(field for field in entity.fields if field.name not in names)
    chosen = tuple(field for field in drafted.fields if field.name in names)
    return publish(published.with_entity(replace(entity, fields=others + chosen)), by=by)


def _publish_once(draft: Snapshot | None, *, by: Actor) -> Publication:
    with transaction.atomic():
        _take_locks()
        plan = make_plan(draft)
        plan.check()
        if not plan.steps and plan.published.entities:
            return Publication.objects.first()  # type: ignore[return-value]  # entities are published, so there is one
        publication = _record(plan, by=by)
        _apply(plan, publication)
    current.repin()
    return publication


def _take_locks() -> None:
    """One publish at a time. On SQLite the transaction itself is the lock (IMMEDIATE)."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISHING_LOCK])
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_MS}ms'")
        # PostgreSQL refuses ALTER TABLE while deferred foreign keys are unchecked.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _apply(plan: Plan, publication: Publication) -> None:
    old, new = GeneratedModels(0, plan.published), GeneratedModels(publication.number, plan.draft)
    with _editor() as editor:
        for step in plan.steps:
            step.apply(editor, old, new)


@contextmanager
def _editor() -> Iterator[BaseDatabaseSchemaEditor]:
    """A schema editor within our own transaction.

    Its context manager is not entered: on SQLite that would refuse to run inside a transaction, for the sake of
    table rebuilds, and no step of ours rebuilds a table.
    """
    editor = connection.schema_editor(atomic=False)
    editor.deferred_sql = []
    yield editor
    for statement in editor.deferred_sql:
        editor.execute(statement)


def _collected(step: Step, old: GeneratedModels, new: GeneratedModels) -> list[str]:
    editor = connection.schema_editor(collect_sql=True, atomic=False)
    editor.deferred_sql = []
    step.apply(editor, old, new)
    return [str(statement) for statement in [*editor.collected_sql, *editor.deferred_sql]]


def _record(plan: Plan, *, by: Actor) -> Publication:
    newest = Publication.objects.first()
    document = plan.draft.to_json()
    publication = Publication.objects.create(
        number=newest.number + 1 if newest else 1,
        snapshot=document,
        digest=hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest(),
        operations=[{"sentence": step.sentence, "risk": step.risk} for step in plan.steps],
        published_by=by.user,
    )
    record_event(by, "publish", subject=str(publication), details={"steps": len(plan.steps)})
    return publication


def _lock_was_not_available(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) == "55P03" and not connection.in_atomic_block
