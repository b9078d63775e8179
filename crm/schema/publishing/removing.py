"""Removes an entity: its records are kept until it is restored, or are deleted for good once their number is confirmed (R-50)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.local_numbers import local_number
from crm.people.actors import Actor
from crm.schema.definitions import EntityDefinition, Snapshot
from crm.schema.draft.drafting import Wanted
from crm.schema.errors import UnpublishableSchema
from crm.schema.generated.relationships import relation_problems
from crm.schema.generated.storage import quoted
from crm.schema.models import DataEntity, Publication
from crm.schema.publishing import publishing
from crm.schema.publishing.planning import PublicationPlan
from crm.schema.publishing.steps.base import Risk, Step, Work
from crm.schema.publishing.steps.entity_steps import removal_problems
from crm.schema.publishing.tables.waiting import BRIEF, Patience


def remove(acronym: str, *, by: Actor, patience: Patience = BRIEF) -> Publication:
    """Removes the entity and keeps its table. Raises UnpublishableSchema while something needs it."""
    return publishing.publish(removal(acronym), by=by, patience=patience)


def restore(acronym: str, *, by: Actor, patience: Patience = BRIEF) -> Publication:
    """Restores a removed entity with its records and forms. Raises UnpublishableSchema."""
    return publishing.publish(restoration(acronym), by=by, patience=patience)


def delete(acronym: str, records: int, *, by: Actor, patience: Patience = BRIEF) -> Publication:
    """Deletes the entity and its table of this many records. Raises UnpublishableSchema, also when it holds more or fewer."""
    return publishing.publish_plan(deletion(acronym, records), by=by, patience=patience)


def entity_before(acronym: str, publication: int) -> EntityDefinition:
    """The entity before the publication that deleted it."""
    before = Publication.objects.get(number=publication - 1).content()
    return before.entities.get(acronym) or before.removed[acronym]


def count_records(entity: EntityDefinition) -> int:
    """Exactly, also of a removed entity."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {quoted(entity.table)}")
        return cursor.fetchone()[0]


def removal(acronym: str) -> Wanted:
    def wanted(published: Snapshot) -> Snapshot:
        if acronym not in published.entities:
            raise UnpublishableSchema([_("There is no entity %s.") % acronym])
        return published.without_entity(acronym)

    return wanted


def restoration(acronym: str) -> Wanted:
    def wanted(published: Snapshot) -> Snapshot:
        if acronym not in published.removed:
            raise UnpublishableSchema([_("There is no removed entity %s.") % acronym])
        return published.with_entity(published.removed[acronym])

    return wanted


def deletion(acronym: str, records: int) -> Callable[[Snapshot, int], PublicationPlan]:
    """The plan that drops the table of an entity, removed or not."""

    def plan(published: Snapshot, number: int) -> PublicationPlan:
        entity = published.entities.get(acronym) or published.removed.get(acronym)
        if entity is None:
            raise UnpublishableSchema([_("There is no entity %s.") % acronym])
        return PublicationPlan(published, published.forgetting(acronym), [DeleteEntity(entity, records, published)], number)

    return plan


@dataclass(frozen=True)
class DeleteEntity(Step):
    """`entity` is as it was, `records` how many it had when somebody confirmed that they go."""

    records: int
    published: Snapshot
    risk: ClassVar[Risk] = "loss"
    event: ClassVar[str] = "delete-entity"

    @property
    def sentence(self) -> str:
        words = {"entity": self.entity.name, "n": local_number(self.records)}
        message = ngettext(
            "Delete the entity %(entity)s with its %(n)s record for good.",
            "Delete the entity %(entity)s with its %(n)s records for good.",
            self.records,
        )
        return message % words

    @property
    def needs_exclusive_access(self) -> bool:
        return True

    def problems(self) -> list[str]:
        known = relation_problems(self.published)
        relations = [
            problem for problem in relation_problems(self.published.forgetting(self.entity.acronym)) if problem not in known
        ]
        return [*removal_problems(self.entity), *relations]

    def apply(self, work: Work) -> None:
        if not work.is_rehearsal:
            self._hold_and_count()
            DataEntity.everything.filter(acronym=self.entity.acronym).delete()
        work.editor.execute(f"DROP TABLE {quoted(self.entity.table)}")

    def _hold_and_count(self) -> None:
        """Nobody writes from here on. Raises UnpublishableSchema when there are more or fewer records than were confirmed."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {quoted(self.entity.table)} IN ACCESS EXCLUSIVE MODE")
        found = count_records(self.entity)
        if found != self.records:
            message = _("There are %(found)s records now, not %(n)s; nothing was deleted.")
            raise UnpublishableSchema([message % {"found": local_number(found), "n": local_number(self.records)}])
