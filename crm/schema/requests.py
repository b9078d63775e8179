"""A publish as somebody asked for it, in words that a job can keep."""

from dataclasses import asdict, dataclass
from typing import Any

from crm.schema.drafting import Wanted, entity_draft


@dataclass(frozen=True)
class PublishRequest:
    """`confirmed` is the digest of the plan that was seen, `accepted_loss` how many values may be left out."""

    acronym: str
    confirmed: str
    accepted_loss: int = 0

    @property
    def wanted(self) -> Wanted:
        return entity_draft(self.acronym)

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        return asdict(self)
