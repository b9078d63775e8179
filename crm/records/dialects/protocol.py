"""What a database must offer to the set-wise statements. Expressions come and go as SQL text."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from django.db import models


class LineForm(NamedTuple):
    """Lines of csv that hold each row's number and then these cells: the name of the column and the kind of its field.

    `fixed` are values, by column, that are the same in all rows.
    """

    cells: tuple[tuple[str, str], ...]
    delimiter: str
    fixed: tuple[tuple[str, object], ...] = ()

    @property
    def columns(self) -> list[str]:
        return ["crm_row", *(name for name, _kind in self.cells), *(name for name, _value in self.fixed)]


class Packed(NamedTuple):
    """Some staged rows in the form that the database loads fastest."""

    rows: int
    content: Any  # the dialect's own
    lines: LineForm | None = None  # if they were lines that the database itself reads


class Dialect(Protocol):
    """Implemented by the modules `postgresql` and `sqlite`."""

    TABLE: str  # creates a table that need not survive a crash
    JSON: str  # the type of a JSON column
    ROW_LOCK: str  # at the end of a SELECT: its rows are neither changed nor deleted until the transaction ends
    KEY_LOCK: str  # the same, but they may be changed
    HAS_SEQUENCES: bool
    IN_PROCESS: bool  # no row crosses a connection, so that Python judges a row as quickly as SQL

    # Loading

    def pack(self, block: Sequence[Sequence[object]]) -> Any:
        """The rows of a block of columns of equal length; needs no connection."""

    def pack_lines(self, lines: Sequence[str], form: LineForm) -> Any:
        """Lines of csv whose cells are canonical (see `schema.fieldtypes.canonical`)."""

    def load(self, table: str, columns: Sequence[str], packed: Iterator[Packed]) -> Iterator[int]:
        """Loads packed rows into a table and yields now and then how many rows came; only then is the connection free."""

    # Text, Booleans, dates

    def literal(self, value: object) -> str: ...

    def boolean(self, value: bool) -> str: ...

    def ascii_lower(self, expression: str) -> str:
        """The text with A–Z in lower case."""

    def lower(self, expression: str) -> str:
        """The text with A–Z and Latin-1 in lower case, as `case_folding.lowered`."""

    def contains(self, text: str, piece: str) -> str: ...

    def joined_texts(self, expression: str) -> str:
        """An aggregate: the texts of a group, separated by commas."""

    def month(self, date: str) -> str: ...

    # JSON documents

    def as_json(self, expression: str, column: models.Field) -> str:
        """A stored value as `json_of_all` and `json_of_changed` take it."""

    def json_of_all(self, pairs: Sequence[tuple[str, str]]) -> str:
        """One object of (name, value)."""

    def json_of_changed(self, pairs: Sequence[tuple[str, str, str]]) -> str:
        """One object of those (name, value, condition) whose condition holds."""

    def from_json(self, document: str, name: str, column: models.Field) -> str:
        """The stored value that `as_json` wrote; NULL where there is none."""

    def has_key(self, document: str, name: str) -> str: ...

    def keys_of(self, document: str, alias: str) -> str:
        """The names of an object as rows `alias`.key, to be joined."""

    # Queries

    def like_column(self, expression: str, column: models.Field) -> str:
        """A computed value that compares as the column does."""

    def hashed(self, expression: str) -> str:
        """A number or text that equal texts share, quick to group by."""

    def new_ids(self) -> str:
        """A new record id for each staged row s: time-ordered UUIDs of version 7."""

    def looked_up(self, table: str, alias: str, condition: str) -> str:
        """A join that looks each row of the left side up, whatever the planner believes of the table."""

    def streamed(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one after the other."""

    def random_ids(self, table: str, *, count: int, of: int) -> list[str]:
        """Of about so many of the records that there are."""

    # Housekeeping

    def empty(self, table: str) -> str:
        """The statement that removes all rows."""

    def with_computed(self, table: str, alias: str, computed: Sequence[str]) -> str:
        """A table for FROM, under its alias, with columns that are computed once a row, whatever reads them: `… AS name`."""

    def plan_for_many_rows(self) -> None:
        """Prepares the transaction for statements over a whole worksheet."""

    def analyze(self, table: str, columns: Sequence[str]) -> str:
        """The statement that refreshes what is known of these columns."""

    def tidy(self, table: str) -> None:
        """Refreshes statistics after a large write."""
