"""What is merged into which table, and what comes of it: plain values."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from crm.schema.record import Record

Mode = Literal["upsert", "create", "update"]
CREATED, UPDATED, UNCHANGED, SKIPPED, REPEATED, REFUSED = "c", "u", "n", "s", "r", "e"


@dataclass(frozen=True)
class Merge:
    """A staged worksheet on its way into a record table.

    `columns` are the fields that the worksheet names, `keys` is the unique field (or `id`), or several fields, by which
    rows find their record, `staging` is the name of the staging table. With `empty="keep"` an empty cell keeps the value. `replace` names
    a Boolean that who is not in the worksheet loses; rows that are refused are then staged as well, marked so, for their
    records do stand in it. `only_new` are columns that only new records get, `only_empty` those that fill what is empty.
    `adding` and `removing` are columns of several options that add to what is there, or remove from it.
    `withheld` are Booleans that no new record gets by default, since somebody must have said so.
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

    @property
    def is_by_id(self) -> bool:
        return self.keys == ("id",)

    @property
    def names_records(self) -> bool:
        """Whether new records get their ids from the worksheet, and none gets one made."""
        return self.model.entity.key == "given"

    @property
    def has_key(self) -> bool:
        """Whether the worksheet has all of the key; without, its rows find no record."""
        return set(self.keys) <= set(self.columns)

    @property
    def staged_columns(self) -> list[str]:
        """What a block of rows holds, in this order."""
        return ["crm_row", *self.columns, "crm_cleared", *(["crm_refused"] if self.replace else [])]

    @property
    def matches(self) -> str:
        """The table of each staged row's record where the key may find several (see `matching`)."""
        return staged_tables(self.staging)[1]

    @property
    def swaps(self) -> str:
        """The table of rows that are written together (see `swapping`)."""
        return staged_tables(self.staging)[2]

    @property
    def outcomes(self) -> str:
        """The table that holds each staged row's outcome and record."""
        return staged_tables(self.staging)[0]


def staged_tables(staging: str) -> tuple[str, str, str, str]:
    """Outcomes, matches, swaps, and the rows themselves."""
    return f"{staging}_outcome", f"{staging}_match", f"{staging}_swap", staging


class Packed(NamedTuple):
    """Some staged rows as the database at hand takes them quickest."""

    rows: int
    content: Any  # the dialect's own


@dataclass(frozen=True)
class RowRefusal:
    row: int
    column: str
    value: Any  # the typed value, as the database gives it
    reason: str
    code: str = ""  # what programs know the cause by, where something can be chosen to mend it


@dataclass(frozen=True)
class Difference:
    """How many staged rows would be created, updated and so on, and which are refused; how many records would leave.

    `skipped` are all that nothing is taken from, among them the `repeated`, which mean a record that another row means.
    """

    created: int
    updated: int
    unchanged: int
    skipped: int
    refusals: list[RowRefusal]
    leaving: int = 0
    repeated: int = 0


@dataclass(frozen=True)
class Applied:
    """What one chunk did; `last_row` is None when no row was left. `refusals` appeared since the rehearsal.

    `left` are the records that are not in the worksheet; a chunk has either rows or those.
    """

    created: int
    updated: int
    last_row: int | None
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
