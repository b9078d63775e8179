"""The options of an import, as they are stored with the worksheet."""

from dataclasses import asdict, dataclass, field
from typing import Any

from crm.schema.fieldtypes import CellFormat


@dataclass(frozen=True)
class Choices:
    keys: list[str] = field(default_factory=lambda: ["id"])
    mode: str = "upsert"
    map: dict[str, str] = field(default_factory=dict)
    set: dict[str, str] = field(default_factory=dict)
    ignore: list[str] = field(default_factory=list)
    empty: str = "keep"
    duplicates: str = "refuse"
    dates: str = "iso"
    decimal: str = "."
    encoding: str = ""
    delimiter: str = ""
    allow_consent: bool = False
    atomic: bool = False

    @property
    def cells(self) -> CellFormat:
        return CellFormat(self.dates, self.decimal)  # type: ignore[arg-type]  # the command and the form offer these words only

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
