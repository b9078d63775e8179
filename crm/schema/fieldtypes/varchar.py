"""Text on one line, and documents that are kept as such."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import canonical
from crm.schema.fieldtypes.base import Doubt
from crm.schema.fieldtypes.broken_text import NO_VALUE, NO_VALUE_FIRST, says_nothing
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.invisible import may_hide, trimmed
from crm.schema.fieldtypes.masks import may_be_masked
from crm.schema.fieldtypes.options import BY_DIGITS, PATTERN
from crm.schema.fieldtypes.tax_numbers import is_tax_number, punctuated, with_zeros
from crm.schema.fieldtypes.text import TextType

SHORT = "(?:[0-9]{8,10}|[0-9]{12,13})"  # digits of a CPF or CNPJ without the zeros before it
DOCUMENT = re.compile("document|cpf|cnpj", re.IGNORECASE)
POSTAL_CODE = re.compile("postal|cep", re.IGNORECASE)
CEP = re.compile("[0-9]{8}", re.ASCII)  # other countries have codes of other lengths


def is_document(field: FieldDefinition) -> bool:
    """Return True for numbers of people and companies: found by digits, and called so as the built-in `document`."""
    return bool(field.options.get("by_digits")) and DOCUMENT.search(field.name) is not None


def is_postal_code(field: FieldDefinition) -> bool:
    """Return True for texts that are found by digits, and called so as the built-in `postalCode`."""
    return bool(field.options.get("by_digits")) and POSTAL_CODE.search(field.name) is not None


class Varchar(TextType):
    """Any text on one line."""

    options = (PATTERN, BY_DIGITS)
    keeps_any_text = True
    reading_options = TextType.reading_options | {"cut", "zeros"}
    longest: ClassVar[int]

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        xs = "xX" if self.masking(field) == "digits" else ""  # they may mask digits
        texts = canonical.text(self.longest, without=without + xs, but=NO_VALUE, but_first=NO_VALUE_FIRST)
        return f"(?!{SHORT}(?![0-9])){texts}" if is_document(field) else texts

    def display(self, value: Any, field: FieldDefinition) -> str:
        """Documents and postal codes with their punctuation, however they are kept."""
        if is_document(field) and is_tax_number(value):
            return punctuated(value)
        return f"{value[:5]}-{value[5:]}" if is_postal_code(field) and CEP.fullmatch(value) else value

    def with_zeros(self, cell: str) -> str:
        return with_zeros(trimmed(cell))

    def may_doubt(self, together: str, field: FieldDefinition, form: CellFormat) -> bool:
        may_lack_zeros = is_document(field) and re.search(rf"(?<![0-9]){SHORT}(?![0-9])", together)
        return bool(may_lack_zeros) or super().may_doubt(together, field, form)

    def doubt(self, cell: str, field: FieldDefinition, form: CellFormat) -> Doubt:
        lacks_zeros = is_document(field) and self.with_zeros(cell) != trimmed(cell)
        return "zeros" if lacks_zeros else super().doubt(cell, field, form)

    def doubt_example(self, cell: str, field: FieldDefinition, form: CellFormat) -> str:
        """`1234567890 → 01234567890`."""
        lacks_zeros = self.doubt(cell, field, form) == "zeros"
        return f"{cell} → {self.with_zeros(cell)}" if lacks_zeros else super().doubt_example(cell, field, form)

    def read_column(self, cells: Sequence[str], field: FieldDefinition, form: CellFormat) -> tuple[list[Any], dict[str, str]]:
        """Most columns need no reading cell by cell, which one check of the whole column shows."""
        together = "".join(cells)
        if (
            max(map(len, cells), default=0) <= self.longest
            and together.isprintable()
            and not may_hide(together)
            and not may_be_masked(together, self.masking(field))
            and not (field.unique and (super().may_doubt(together, field, form) or any(map(says_nothing, cells))))
            and self._plain(together, field) == together
        ):
            return [cell or None for cell in map(str.strip, cells)], {}
        return super().read_column(cells, field, form)


class Varchar10(Varchar):
    label, longest = "Varchar 10", 10


class Varchar50(Varchar):
    label, longest = "Varchar 50", 50


class Varchar100(Varchar):
    label, longest = "Varchar 100", 100


class Varchar750(Varchar):
    label, longest = "Varchar 750", 750
