"""What a rehearsal or an import counted: typed values, and the JSON that is stored of them with the worksheet."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from crm.records.bulk import Applied, Difference
from crm.records.bulk.preview import Movement

Stored = Mapping[str, Any]  # Any: JSON values


@dataclass(frozen=True)
class ImportProgress:
    """The last row that an import has processed, and the outcome of the
    rows up to there; `publication` is the one that it began under."""

    row: int = 0
    created: int = 0
    updated: int = 0
    skipped: int = 0
    left: int = 0
    publication: int | None = None

    def plus(self, applied: Applied) -> "ImportProgress":
        return replace(
            self,
            row=applied.last_row or self.row,
            created=self.created + applied.created,
            updated=self.updated + applied.updated,
            skipped=self.skipped + applied.skipped,
            left=self.left + applied.left,
        )

    @property
    def has_applied(self) -> bool:
        """Return True if a chunk is committed."""
        return self.row > 0

    @property
    def changed(self) -> int:
        return self.created + self.updated + self.left

    def to_json(self) -> dict[str, int | None]:
        return asdict(self)


@dataclass(frozen=True)
class Counts:
    """Rows of a worksheet by outcome; `errors` are the refused ones.

    `leaving` are the records that lose the Boolean which the worksheet replaces, of the `members` that have it. `repeated`
    rows are among the `skipped`: they mean the record of another row; so are the `keyless`, without their key, and the
    `dropped`, which were not even compared. `totals` look like totals, whether they were dropped or not. `staged` rows were
    loaded to be compared (None: it was never rehearsed). `left_out` are, by header, the cells that were read as empty
    instead of refused. `done` is how far an import got that did not finish.
    """

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    leaving: int = 0
    members: int = 0
    repeated: int = 0
    keyless: int = 0
    totals: int = 0
    dropped: int = 0
    errors: int = 0
    ignored_columns: list[str] = field(default_factory=list)
    mapping: dict[str, str | None] = field(default_factory=dict)  # field by header
    staged: int | None = None
    left_out: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    remarks: dict[str, dict[str, int]] = field(default_factory=dict)  # what notes say of cells: how many, by code and header
    done: ImportProgress | None = None

    @property
    def written(self) -> int:
        return self.created + self.updated

    @property
    def changed(self) -> int:
        return self.written + self.leaving

    @property
    def written_so_far(self) -> "Counts":
        """Where an import did not end well: what it wrote, and as skipped the rows that it did not come to."""
        if self.done is None:
            return self
        skipped = self.rows - self.done.created - self.done.updated - self.unchanged - self.errors
        done = self.done
        return replace(self, created=done.created, updated=done.updated, skipped=max(0, skipped), leaving=done.left)

    @property
    def held_back(self) -> "Counts":
        """Where nothing is written: as skipped all rows that would have been."""
        return replace(self, created=0, updated=0, leaving=0, skipped=self.rows - self.unchanged - self.errors)

    def compared(self, difference: Difference, *, errors: int) -> "Counts":
        """With the outcomes of a comparison; `errors` rows are refused, by their cells or by the comparison."""
        return replace(
            self,
            created=difference.created,
            updated=difference.updated,
            unchanged=difference.unchanged,
            skipped=difference.skipped + self.dropped,
            leaving=difference.leaving,
            repeated=difference.repeated,
            keyless=difference.keyless,
            errors=errors,
        )

    def to_json(self) -> dict[str, Any]:  # Any: JSON values
        return {name: value for name, value in asdict(self).items() if name != "done" or value}

    @classmethod
    def from_json(cls, stored: Stored) -> "Counts":
        values = _known(cls, stored)
        return cls(**{**values, "done": ImportProgress(**values["done"])}) if values.get("done") else cls(**values)


@dataclass(frozen=True)
class Rehearsal:
    """What a rehearsal found besides the counts, and what was written before it.

    `cells` are the changing cells of existing records by field, `movements` who joins and leaves the cluster of each field,
    `members` how many records have the Boolean which the worksheet replaces. `change_set` is the newest one that the comparison
    has seen (None: nobody rehearsed), `at` the moment (ISO) before it; with `is_settled` no write was under way at that moment.
    """

    counts: Counts = Counts()
    change_set: int | None = None
    cells: dict[str, int] = field(default_factory=dict)
    movements: dict[str, Movement] = field(default_factory=dict)
    members: int = 0
    at: str = ""
    is_settled: bool = False

    def to_json(self) -> dict[str, Any]:  # Any: JSON values
        movements = {name: [movement.joins, movement.leaves] for name, movement in self.movements.items()}
        return {**asdict(self), "counts": self.counts.to_json(), "movements": movements}

    @classmethod
    def from_json(cls, stored: Stored) -> "Rehearsal":
        values = _known(cls, stored)
        movements = {name: Movement(*pair) for name, pair in values.get("movements", {}).items()}
        return cls(**{**values, "counts": Counts.from_json(values.get("counts", {})), "movements": movements})


def _known(kind: type[Counts | Rehearsal], stored: Stored) -> dict[str, Any]:  # Any: JSON values
    names = {known.name for known in fields(kind)}
    return {name: value for name, value in stored.items() if name in names}
