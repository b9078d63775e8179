"""The options of an import, as they are stored with the worksheet."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from crm.schema.fieldtypes import CellFormat


@dataclass(frozen=True)
class ColumnChoices:
    """How the cells of one column are read; what is empty or false is as for the whole worksheet.

    `values` maps cells (in lower case) to the values they mean; `wrong` is what happens to a cell that the field refuses;
    `takes` is `new` when only new records get its values, `empty` when only empty fields do; several options may be `add`ed to
    what is there, or `remove`d from it.
    """

    dates: str = ""
    decimal: str = ""
    is_grouped: bool = False  # thousands are set apart: 1.234,50
    is_cut: bool = False  # a text that is too long loses its end
    is_filled: bool = False  # digits get the zeros that a spreadsheet took away
    is_unquoted: bool = False  # `'Ana` loses the apostrophe
    is_blanked: bool = False  # `N/A` and `0000-00-00` are empty cells
    is_bared: bool = False  # of `Ana <ana@example.com>` the address alone counts
    is_unpointed: bool = False  # `11987654321.0` loses its decimals
    is_decoded: bool = False  # `Jos&eacute;` is José
    wrong: str = "refuse"  # or "empty"
    takes: str = ""
    values: dict[str, str] = field(default_factory=dict)

    @property
    def is_rewritten(self) -> bool:
        """Return True if cells that a field would take as they are may become others first."""
        return bool(self.values) or self.is_unquoted or self.is_blanked or self.is_decoded

    def cells(self, whole: CellFormat) -> CellFormat:
        """How its dates and decimals are written; `whole` is the format of the worksheet."""
        decimal = self.decimal or whole.decimal
        is_grouped = self.is_grouped or (whole.is_grouped and decimal == whole.decimal)
        return CellFormat(self.dates or whole.dates, decimal, is_grouped, whole.has_numbers)  # type: ignore[arg-type]  # as `Choices.cells`


LIMITS = ("max_refused", "max_leave", "max_changed")  # beyond such a number or share nothing is written
FILE_CHOICES = ("encoding", "delimiter", "sheet", "header", "labels")  # those that say how the file is written


@dataclass(frozen=True)
class ImportChoices:
    keys: list[str] = field(default_factory=lambda: ["id"])
    mode: str = "upsert"
    map: dict[str, str] = field(default_factory=dict)
    set: dict[str, str] = field(default_factory=dict)
    ignore: list[str] = field(default_factory=list)
    replace: str = ""  # a Boolean that records lose which are not in the worksheet
    empty: str = "keep"
    empty_key: str = "skip"  # rows that miss a part of their key; "create": they make new records
    duplicates: str = "refuse"
    dates: str = "iso"
    decimal: str = "."
    is_grouped: bool = False  # 1,234.50 is read: where the point is stated, a comma before it can only set thousands apart
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int | None = None  # the row that names the columns; 0: none does
    labels: str = ""  # whether the row below the headers holds the labels of the fields: "yes", "no"; else it is detected
    allow_consent: bool = False
    atomic: bool = False
    stop: bool = False  # when something changed since the rehearsal
    max_refused: str = ""  # see LIMITS
    max_leave: str = ""
    max_changed: str = ""
    columns: dict[str, ColumnChoices] = field(default_factory=dict)  # by header

    @property
    def cells(self) -> CellFormat:
        return CellFormat(self.dates, self.decimal, self.is_grouped)  # type: ignore[arg-type]  # the command and the form offer these words only

    @property
    def limits(self) -> dict[str, str]:
        """Those that are set, by name."""
        return {name: text for name in LIMITS if (text := getattr(self, name))}

    def with_limits(self, limits: Mapping[str, str]) -> "ImportChoices":
        """With these, and no others."""
        refused, leave, changed = (limits.get(name, "") for name in LIMITS)
        return replace(self, max_refused=refused, max_leave=leave, max_changed=changed)

    @property
    def is_by_id(self) -> bool:
        return self.keys == ["id"]

    @property
    def may_skip_empty_keys(self) -> bool:
        """Return True unless new records get their ids here: an empty id is then no missing key."""
        return not (self.is_by_id and self.mode == "create")

    @property
    def skips_empty_keys(self) -> bool:
        return self.may_skip_empty_keys and self.empty_key == "skip"

    def column(self, header: str) -> ColumnChoices:
        return self.columns.get(header, ColumnChoices())

    def is_idle(self, header: str) -> bool:
        """Return True if only new records would get the column, and none is created."""
        return self.mode == "update" and self.column(header).takes == "new"

    def cells_of(self, header: str) -> CellFormat:
        return self.column(header).cells(self.cells)

    def with_column(self, header: str, **changed: Any) -> "ImportChoices":  # Any: the fields of ColumnChoices
        return replace(self, columns={**self.columns, header: replace(self.column(header), **changed)})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "ImportChoices":
        columns = {header: ColumnChoices(**own) for header, own in stored.get("columns", {}).items()}
        return cls(**{**stored, "columns": columns})
