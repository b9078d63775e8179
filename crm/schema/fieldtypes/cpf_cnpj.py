"""Brazilian tax numbers: CPF of a person, CNPJ of a company, distinguished by their length."""

import re
from typing import Any

from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.errors import InvalidValue, must_be
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.fieldtypes.several_values import refuse_several
from crm.schema.fieldtypes.tax_numbers import CPF, is_cpf, is_tax_number, lost_zeros, punctuated, with_zeros
from crm.schema.fieldtypes.text import TextType, refuse_shortened
from crm.schema.fieldtypes.text_equality import digits_of

PREFIX = re.compile(r"\A\s*(?:CPF|CNPJ|CPF\s*/\s*CNPJ)[:.\s]+", re.IGNORECASE)


class CPFCNPJ(TextType):
    """Kept without punctuation, letters in capitals, and shown with it; found and compared by its digits."""

    label = "CPF / CNPJ"
    has_one_form = True
    longest = 50
    compared = "by digits"
    common_pattern = CPF
    reading_options = TextType.reading_options | {"zeros"}

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        text = super().read(PREFIX.sub("", raw) if isinstance(raw, str) else raw, field)
        if text is None or is_tax_number(text):
            return text and digits_of(text).upper()
        if is_tax_number(together := text.replace(" ", "")):  # blanks as punctuation: the check digits tell that it is meant
            return digits_of(together).upper()
        refuse_shortened(text)
        refuse_several(text, is_tax_number)
        if reason := lost_zeros(text):
            raise InvalidValue(reason)
        raise must_be(_("a CPF or CNPJ: eleven or fourteen characters, the last two of which check the others"), raw)

    def with_zeros(self, cell: str) -> str:
        return with_zeros(trimmed(cell))

    def common_value(self, cell: str) -> str:
        if not is_cpf(cell):
            raise ValueError(cell)
        return digits_of(cell)

    def form_value(self, value: Any, field: FieldDefinition) -> str:
        return self.display(value, field)

    def display(self, value: Any, field: FieldDefinition) -> str:
        return punctuated(value) if value else ""
