"""A request to publish, revert or purge, as plain values that a job can store."""

from dataclasses import asdict, dataclass
from typing import Any

from crm.people.actors import Actor
from crm.schema.draft.drafting import entity_draft, field_drafts, index_draft
from crm.schema.models import Publication
from crm.schema.publishing import publishing, purging, reverting
from crm.schema.publishing.planning import PublicationPlan
from crm.schema.publishing.publishing import Planner
from crm.schema.publishing.tables.waiting import BRIEF, Patience


@dataclass(frozen=True)
class PublishRequest:
    """The draft of an entity, or of its indexes or of one `field` only; or
    a revert to publication `revert_to`, or a purge of the column `purge`.

    `confirmed` is the digest of the plan that was seen, `accepted_loss` how many values may be left out.
    """

    acronym: str
    confirmed: str = ""
    accepted_loss: int = 0
    revert_to: int | None = None
    purge: str = ""
    indexes_only: bool = False
    field: str = ""

    @property
    def is_draft(self) -> bool:
        """Return True if the whole draft of the entity is to be published."""
        return not (self.purge or self.revert_to is not None or self.indexes_only or self.field)

    @property
    def planner(self) -> Planner:
        if self.purge:
            return purging.planner(self.acronym, self.purge)
        if self.revert_to is not None:
            return reverting.planner(self.acronym, self.revert_to)
        if self.field:
            return publishing.planner(field_drafts(self.acronym, {self.field}))
        return publishing.planner((index_draft if self.indexes_only else entity_draft)(self.acronym))

    def plan(self) -> PublicationPlan:
        """Raises UnpublishableSchema."""
        return publishing.plan_by(self.planner)

    def publish(self, *, by: Actor, patience: Patience = BRIEF) -> Publication:
        """Raises UnpublishableSchema and its kinds."""
        how: dict[str, Any] = {"confirmed": self.confirmed, "accepted_loss": self.accepted_loss, "patience": patience}
        return publishing.publish_plan(self.planner, by=by, **how)

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        return asdict(self)
