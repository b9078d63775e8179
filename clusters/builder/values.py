"""What values a field has: the most frequent ones with their numbers, of numbers and dates the quartiles."""

from dataclasses import dataclass, field

from django.db.models import Count, Q

from clusters.comparing.quartiles import quartiles
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current

SHOWN = 10
MEASURED = {"integer", "decimal", "date", "datetime"}


@dataclass(frozen=True)
class FieldValues:
    """Values as pages show them, `stored` as worksheets and rules write them; `empty` is how many have none."""

    rows: list[tuple[str, int]]
    quartiles: list[str]
    empty: int
    stored: list[str] = field(default_factory=list)


def values_of(entity: str, definition: FieldDefinition) -> FieldValues:
    records, kind = current.models()[entity].objects.all(), fieldtypes.get(definition.type)
    name = definition.name
    missing = Q(**{f"{name}__isnull": True})
    empty = records.filter(missing).count()
    if kind.kind in MEASURED:
        three = quartiles(records, Q(), [name])[name] or ()
        return FieldValues([], [kind.display(value, definition) for value in three], empty)
    counted = records.order_by().exclude(missing).values_list(name).annotate(crm_n=Count("pk")).order_by("-crm_n", name)
    found = list(counted[:SHOWN])
    rows = [(kind.display(value, definition), count) for value, count in found]
    return FieldValues(rows, [], empty, [kind.cell(value, definition) for value, _count in found])
