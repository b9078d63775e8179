"""What the dashboard shows of records: how many there are, and the last changes."""

from dataclasses import dataclass

from crm.extensions import DashboardPanel
from crm.people.permissions import may
from crm.people.requests import SignedInRequest
from crm.records.history.descriptions import channel_of
from crm.records.models import ChangeSet
from crm.schema.definitions import EntityDefinition
from crm.schema.generated import current
from crm.schema.record import Record

ENTITIES_SHOWN = 6
CHANGES_SHOWN = 8
COUNTED_TO = 100_000  # beyond, a count costs more than a number at a glance is worth


@dataclass(frozen=True)
class Number:
    entity: EntityDefinition
    count: int
    is_more: bool


def numbers(request: SignedInRequest) -> DashboardPanel | None:
    """Each entity's records; with none at all, how to begin."""
    generated = current.models()
    entities = [entity for entity in generated if may(request.actor, "read", entity.acronym)][:ENTITIES_SHOWN]
    if not entities:
        return None
    counted = [_number(generated[entity.acronym]) for entity in entities]
    allowed = {f"may_{verb}": may(request.actor, verb) for verb in ("write", "import", "cluster")}
    return DashboardPanel("records/_numbers.html", {"numbers": counted, "is_empty": not any(n.count for n in counted), **allowed})


def changes(request: SignedInRequest) -> DashboardPanel | None:
    generated = current.models()
    entities = {entity.acronym: entity.name for entity in generated if may(request.actor, "read", entity.acronym)}
    found = ChangeSet.objects.filter(entity__in=entities)[:CHANGES_SHOWN]
    rows = [
        {"change": change, "entity": entities[change.entity], "channel": channel_of(change, reader=request.actor)}
        for change in found
    ]
    return DashboardPanel("records/_last_changes.html", {"rows": rows}) if rows else None


def _number(model: type[Record]) -> Number:
    found = model.objects.order_by()[: COUNTED_TO + 1].count()
    return Number(model.entity, min(found, COUNTED_TO), found > COUNTED_TO)
