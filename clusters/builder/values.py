"""What values a field has: the most frequent ones with their numbers, of numbers and dates the quartiles."""

from dataclasses import dataclass

from django.db.models import Count, Q

from clusters.comparing.quartiles import quartiles
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current

SHOWN = 10
MEASURED = {"integer", "decimal", "date", "datetime"}


@dataclass(frozen=True)
class FieldValues:
    """Values as pages show them; `empty` is how many have none."""

    rows: list[tuple[str, int]]
    quartiles: list[str]
    empty: int


def values_of(entity: str, field: FieldDefinition) -> FieldValues:
    records, kind = current.models()[entity].objects.all(), fieldtypes.get(field.type)
    empty = Q(**{f"{field.name}__isnull": True})
    if kind.kind in MEASURED:
        three = quartiles(records, Q(), [field.name])[field.name] or ()
        return FieldValues([], [kind.display(value, field) for value in three], records.filter(empty).count())
    counted = records.order_by().exclude(empty).values_list(field.name).annotate(crm_n=Count("pk")).order_by("-crm_n", field.name)
    rows = [(kind.display(value, field), count) for value, count in counted[:SHOWN]]
    return FieldValues(rows, [], records.filter(empty).count())
