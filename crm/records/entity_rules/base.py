"""The two kinds of rules over several fields of a record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crm.records.dialects.protocol import Dialect
from crm.schema.definitions import EntityDefinition

Values = Mapping[str, Any]  # Any: typed values by field


@dataclass(frozen=True)
class Derivation:
    """The field `target` follows from the field `source`, in every entity that has a `target`."""

    target: str
    source: str
    compute: Callable[[Any], Any]  # of a typed value, which may be None
    compute_sql: Callable[[Dialect, str], str]  # of a value as SQL

    def applies_to(self, entity: EntityDefinition) -> bool:
        return entity.field(self.target) is not None


@dataclass(frozen=True)
class RecordFault:
    field: str
    value: Any  # the typed value that is at fault
    reason: str


@dataclass(frozen=True)
class RecordCheck:
    """What the `fields` of a record must fulfil together, in every
    entity that has them all. It is made when one of them changes."""

    fields: tuple[str, ...]
    fault: Callable[[Values], RecordFault | None]
    # Of a query of `crm_row` and the fields: the same columns, for no more than the rows that `fault` has to see.
    suspects: Callable[[Dialect, str], str]

    def applies_to(self, entity: EntityDefinition) -> bool:
        return all(entity.field(name) for name in self.fields)
