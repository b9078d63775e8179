"""What is undone, and what comes of it: plain values."""

from dataclasses import dataclass, fields

from crm.records.entity_rules import Derivation, derivations_of
from crm.records.models import ChangeSet
from crm.schema.record import Record

CREATED, UPDATED, DELETED = "c", "u", "d"  # as RecordChange.Kind
WHOLE = "*"  # in place of a field: the whole record
DONE = "done"  # in place of a reason: undone already, so there is nothing to keep


@dataclass(frozen=True)
class ReverseMerge:
    """The changes of one change-set to one entity that are undone; `others` are the entities that are undone with it.

    `fields` are the fields that its updates changed and that can be put back, `lost` those that are hidden, retyped or
    purged since, `authors` those that follow whoever writes, `kinds` the kinds of changes. `number` names the tables.
    With `record_id` only that record is undone.
    """

    model: type[Record]
    target: ChangeSet
    number: int
    record_id: str = ""
    others: frozenset[str] = frozenset()
    fields: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    authors: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    checks_sizes: bool = False

    @property
    def acronym(self) -> str:
        return self.model.entity.acronym

    @property
    def staging(self) -> str:
        return self.staging_of(self.acronym)

    def staging_of(self, entity: str) -> str:
        return f"undo_{self.number}_{entity.lower()}"

    @property
    def kept(self) -> str:
        """The table of what is kept, of the rows that were assessed last: row, field, reason and what it refers to."""
        return f"{self.staging}_kept"

    @property
    def needs(self) -> str:
        """The table of what may be put back only if another row is, or (without one) not at all."""
        return f"{self.staging}_needs"

    @property
    def derivations(self) -> list[Derivation]:
        """The rules for fields that follow from one that can be put back."""
        return [rule for rule in derivations_of(self.model.entity) if rule.source in self.fields]


@dataclass(frozen=True)
class Rows:
    """Rows of the staging table after `after` up to `last`, of some kinds, as a condition."""

    kinds: str = CREATED + UPDATED + DELETED
    after: int = 0
    last: int | None = None
    only_together: bool = False

    def of(self, alias: str) -> str:
        kinds = ", ".join(f"'{kind}'" for kind in self.kinds)
        conditions = [f"{alias}.kind IN ({kinds})", f"{alias}.crm_row > {int(self.after)}"]
        if self.last is not None:
            conditions.append(f"{alias}.crm_row <= {int(self.last)}")
        if self.only_together:
            conditions.append(f"{alias}.crm_together")
        return " AND ".join(conditions)


ALL = Rows()
TOGETHER = Rows(only_together=True)


@dataclass(frozen=True)
class UndoCounts:
    """Records and values; a record of which some values are put back and some kept is restored."""

    restored: int = 0
    removed: int = 0
    kept: int = 0
    values_restored: int = 0
    values_kept: int = 0

    def __add__(self, more: "UndoCounts") -> "UndoCounts":
        return UndoCounts(*(getattr(self, field.name) + getattr(more, field.name) for field in fields(self)))

    @property
    def records(self) -> int:
        """How many records change."""
        return self.restored + self.removed

    def to_json(self) -> dict[str, dict[str, int]]:
        """As contract §2 has it."""
        return {
            "records": {"restored": self.restored, "removed": self.removed, "kept": self.kept},
            "values": {"restored": self.values_restored, "kept": self.values_kept},
        }

    @classmethod
    def from_json(cls, counts: dict[str, dict[str, int]]) -> "UndoCounts":
        records, values = counts["records"], counts["values"]
        return cls(records["restored"], records["removed"], records["kept"], values["restored"], values["kept"])
