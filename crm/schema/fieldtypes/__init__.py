"""The catalogue of field types, by label."""

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.autoincrement import AutoIncrement
from crm.schema.fieldtypes.base import CellFormat, FieldType, Refusal
from crm.schema.fieldtypes.boolean import Boolean, Rule
from crm.schema.fieldtypes.cep import CEP
from crm.schema.fieldtypes.choice import Choice
from crm.schema.fieldtypes.cpf_cnpj import CPFCNPJ
from crm.schema.fieldtypes.email import Email
from crm.schema.fieldtypes.errors import InvalidValue
from crm.schema.fieldtypes.file import File
from crm.schema.fieldtypes.moment import Date, DateAndTime
from crm.schema.fieldtypes.multiple_choice import Choices
from crm.schema.fieldtypes.number import Currency, Decimal, Integer, Long
from crm.schema.fieldtypes.options import BY_DIGITS
from crm.schema.fieldtypes.percent import Percent
from crm.schema.fieldtypes.phone import Phone
from crm.schema.fieldtypes.relationship import Relationship
from crm.schema.fieldtypes.score2 import Score2
from crm.schema.fieldtypes.text import Text, Unknown
from crm.schema.fieldtypes.text_equality import digits_of
from crm.schema.fieldtypes.timeofday import Time
from crm.schema.fieldtypes.url import URL
from crm.schema.fieldtypes.userlogin import UserLogin
from crm.schema.fieldtypes.varchar import Varchar10, Varchar50, Varchar100, Varchar750

__all__ = [
    "CellFormat", "FieldType", "InvalidValue", "Refusal",
    "digits_of", "get", "has_one_form", "is_always_required", "is_by_digits", "is_relation", "is_sortable", "is_writable",
    "labels",
]  # fmt: skip

# In the order in which the editor offers them.
TYPES: tuple[FieldType, ...] = (
    Boolean(), Choice(), Choices(), Varchar10(), Varchar50(), Varchar100(), Varchar750(), Text(),
    Email(), URL(), Phone(), CEP(), CPFCNPJ(),
    Integer(), Long(), Decimal(), Currency(), Percent(), Date(), DateAndTime(),
    Time(), Relationship(), File(), AutoIncrement(), UserLogin(), Score2(), Rule(),
)  # fmt: skip
BY_LABEL = {kind.label: kind for kind in TYPES}
UNKNOWN = Unknown()


def get(label: str) -> FieldType:
    """The type of this label; a read-only text when this release does not know it."""
    return BY_LABEL.get(label, UNKNOWN)


def is_by_digits(field: FieldDefinition) -> bool:
    """Return True if searches find the field's texts by their digits too, without punctuation."""
    kind = get(field.type)
    return kind.compared == "by digits" or (bool(field.options.get("by_digits")) and BY_DIGITS in kind.options)


def has_one_form(field: FieldDefinition) -> bool:
    """Return True if texts written in many ways are stored in one: phones, documents, keys."""
    kind = get(field.type)
    return kind.has_one_form or (field.unique and kind.is_textual)


def is_sortable(field: FieldDefinition) -> bool:
    """Return True if lists can be sorted by it; a Rule has no column."""
    return bool(field.column) and get(field.type).has_order


def is_writable(field: FieldDefinition) -> bool:
    """Return True if people may write it: a Rule has no column, and values of an unknown type cannot be validated."""
    return bool(field.column) and not field.read_only and field.type in BY_LABEL and not get(field.type).filled_with


def is_relation(field: FieldDefinition) -> bool:
    return get(field.type).rule_kind == "relation"


def is_always_required(field: FieldDefinition) -> bool:
    """Return True if the field requires a value from whoever fills it in, whatever a form says."""
    return not field.nullable and is_writable(field) and get(field.type).can_be_required


def labels() -> list[str]:
    return list(BY_LABEL)
