"""What is merged into which table, and what comes of it: plain values."""

from dataclasses import dataclass
from typing import Any, Literal

from crm.schema.record import Record

Mode = Literal["upsert", "create", "update"]
CREATED, UPDATED, UNCHANGED, SKIPPED, REPEATED, KEYLESS, REFUSED = "c", "u", "n", "s", "r", "k", "e"

# Rows beyond are members that are absent from the worksheet: below the largest integer by more than anybody has records.
ABSENT_ROWS = 2_000_000_000


@dataclass(frozen=True)
class Merge:
    """A staged worksheet on its way into a record table.

    `columns` are the fields that the worksheet names, `keys` is the unique field (or `id`), or several fields, by which
    rows find their record, `staging` is the name of the staging table. An `id` that is not the key is that of a new
    record. With `empty="keep"` an empty
    cell keeps the value. `replace` names a Boolean that members absent from the worksheet lose;
    refused rows are then staged as well, marked as refused, because their records are not absent.
    `only_new` are columns that only new records get, `only_empty` those that fill what is empty.
    `adding` and `removing` are columns of several options that add to the stored ones, or remove from them.
    `withheld` are Booleans that need somebody's consent: no new record gets them, and no other gains them.
    With `empty_key="skip"` nothing is taken from rows that miss a part of their key; else they make new records.
    """

    model: type[Record]
    staging: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    mode: Mode = "upsert"
    empty: Literal["keep", "clear"] = "keep"
    duplicates: Literal["refuse", "first", "last"] = "refuse"
    replace: str = ""
    only_new: tuple[str, ...] = ()
    only_empty: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    adding: tuple[str, ...] = ()
    removing: tuple[str, ...] = ()
    empty_key: Literal["skip", "create"] = "create"

    @property
    def is_by_id(self) -> bool:
        return self.keys == ("id",)

    @property
    def names_records(self) -> bool:
        """True if new records get their ids from the worksheet, and none is generated."""
        return self.model.entity.key == "given"

    @property
    def gives_ids(self) -> bool:
        """True if new records may get their ids from the worksheet."""
        return "id" in self.columns

    @property
    def has_key(self) -> bool:
        """True if the worksheet has all of the key; without, its rows find no record."""
        return set(self.keys) <= set(self.columns)

    @property
    def written_columns(self) -> list[str]:
        """Return the fields that rows may change: not the key itself, nor what only new records get."""
        return [name for name in self.columns if name not in {"id", *self.keys, *self.only_new}]

    @property
    def staged_columns(self) -> list[str]:
        """Return what a block of rows holds, in this order."""
        return ["crm_row", *self.columns, "crm_cleared", *(["crm_refused"] if self.replace else [])]

    @property
    def matches(self) -> str:
        """Return the table of each staged row's record where the key may find several (see `matching`)."""
        return staged_tables(self.staging)[1]

    @property
    def swaps(self) -> str:
        """Return the table of rows that exchange unique values (see `unique.swaps`)."""
        return staged_tables(self.staging)[2]

    @property
    def outcomes(self) -> str:
        """Return the table that holds each staged row's outcome and record."""
        return staged_tables(self.staging)[0]


@dataclass(frozen=True)
class StagedMerge(Merge):
    """A merge whose rows are staged. `has_cleared`: some row clears a value, so that the statements have to look for it;
    `has_doubts`: some value is taken only where the record holds it already; `writes_few`: most rows change nothing."""

    has_cleared: bool = True
    has_doubts: bool = True
    writes_few: bool = False


def staged_tables(staging: str) -> tuple[str, str, str, str]:
    """Outcomes, matches, swaps, and the rows themselves."""
    return f"{staging}_outcome", f"{staging}_match", f"{staging}_swap", staging


@dataclass(frozen=True)
class RowRefusal:
    row: int
    column: str
    value: Any  # the typed value, as the database gives it
    reason: str
    code: str = ""  # identifies the cause where the page offers a fix


@dataclass(frozen=True)
class Difference:
    """How many staged rows would be created, updated and so on, and which are refused; how many records would leave.

    `skipped` are all rows that nothing is taken from, among them the `repeated`, which mean a record that another
    row means, and the `keyless`, which miss a part of their key.
    """

    created: int
    updated: int
    unchanged: int
    skipped: int
    refusals: list[RowRefusal]
    leaving: int = 0
    repeated: int = 0
    keyless: int = 0


@dataclass(frozen=True)
class Applied:
    """What one chunk did; `last_row` is None when no row was left. `refusals` appeared since the rehearsal.

    `left` are the members that are absent from the worksheet; a chunk has either rows or those.
    """

    created: int = 0
    updated: int = 0
    last_row: int | None = None
    skipped: int = 0
    refusals: tuple[RowRefusal, ...] = ()
    left: int = 0

    def __add__(self, more: "Applied") -> "Applied":
        return Applied(
            self.created + more.created,
            self.updated + more.updated,
            more.last_row,
            self.skipped + more.skipped,
            (*self.refusals, *more.refusals),
            self.left + more.left,
        )
