"""The catalogue of field types, by label."""

from crm.schema.fieldtypes.base import CellFormat, FieldType, Refusal
from crm.schema.fieldtypes.boolean import Boolean, Rule
from crm.schema.fieldtypes.choice import Choice
from crm.schema.fieldtypes.email import Email
from crm.schema.fieldtypes.errors import InvalidValue
from crm.schema.fieldtypes.moment import Date, DateAndTime
from crm.schema.fieldtypes.number import Currency, Decimal, Integer, Long
from crm.schema.fieldtypes.text import Text, Unknown, Varchar10, Varchar50, Varchar100, Varchar750

__all__ = ["CellFormat", "FieldType", "InvalidValue", "Refusal", "get", "labels"]

# In the order in which the editor offers them.
TYPES: tuple[FieldType, ...] = (
    Boolean(), Choice(), Varchar10(), Varchar50(), Varchar100(), Varchar750(), Text(), Email(),
    Integer(), Long(), Decimal(), Currency(), Date(), DateAndTime(), Rule(),
)  # fmt: skip
BY_LABEL = {kind.label: kind for kind in TYPES}
UNKNOWN = Unknown()


def get(label: str) -> FieldType:
    """The type of this label; a read-only text when this release does not know it."""
    return BY_LABEL.get(label, UNKNOWN)


def labels() -> list[str]:
    return list(BY_LABEL)
