"""A telephone number."""

import re
from typing import Any

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.errors import must_be
from crm.schema.fieldtypes.options import PATTERN
from crm.schema.fieldtypes.text import TextType, refuse_shortened

WRITTEN = re.compile(r"(\+?[0-9(][0-9 ().,/-]*?)(?: ?(?:x|ext\.?|ramal) ?[0-9]{1,6})?", re.ASCII | re.IGNORECASE)


class Phone(TextType):
    """Text, kept as it is written with its `+` and zeros; found and compared by its digits."""

    label = "Phone"
    longest = 50
    input_attributes = {"type": "tel", "inputmode": "tel"}
    options = (PATTERN,)
    compared = "by digits"
    # Brazilian numbers with area code, which elsewhere need their country's; the library judges the rest.
    common_pattern = re.compile(
        (r"(\+?55 ?)?" if settings.COUNTRY == "BR" else r"\+55 ?") + r"(\([1-9][0-9]\)|[1-9][0-9]) ?[0-9]{4,5}[ -]?[0-9]{4}",
        re.ASCII,
    )

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        """The international form, which is the one to store; of Brazil, as others have lengths of their own."""
        return r"\+55[1-9][0-9][0-9]{8,9}"

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        text = super().read(raw, field)
        if text is None or self.common_pattern.fullmatch(text) or is_possible(text):
            return text
        refuse_shortened(text)
        raise must_be(_("a telephone number such as +55 11 99999-0000"), raw)


def is_possible(text: str) -> bool:
    """Return True if the number could be one by its length and country; it is not checked whether it is in use."""
    if not (found := WRITTEN.fullmatch(text)):
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(found[1], settings.COUNTRY))
    except phonenumbers.NumberParseException:
        return False
