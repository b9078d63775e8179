"""An e-mail address."""

import re
from typing import Any

from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.errors import must_be
from crm.schema.fieldtypes.masks import Masking
from crm.schema.fieldtypes.options import PATTERN
from crm.schema.fieldtypes.several_values import BLANKS, refuse_several
from crm.schema.fieldtypes.text import TextType

# What nearly every address looks like; the library judges the rest, which is a hundred times slower.
USUAL = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")

ADDRESS = re.compile(r"[^@]+@[^@]+")
CANONICAL = (
    r"(?![A-Za-z0-9_+.@-]{65})[A-Za-z0-9_+-]++(?:\.[A-Za-z0-9_+-]++)*+@"
    r"(?:[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*+\.)+[A-Za-z]{2,24}"
)


class Email(TextType):
    """Kept as it was written; compared without regard to case."""

    label = "Email"
    longest = 254
    input_attributes = {"type": "email"}
    rule_kind = "email"
    compared = "without case"
    options = (PATTERN,)
    is_narrow = True
    common_pattern = re.compile(rf"(?=.{{0,64}}\Z){USUAL.pattern}")

    def masking(self, field: FieldDefinition) -> Masking:
        return "email"

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        return CANONICAL

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        text = super().read(raw, field)
        if text is None or (USUAL.fullmatch(text) and len(text.partition("@")[0]) <= 64):
            return text
        try:
            validate_email(text, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            refuse_several(text, ADDRESS.fullmatch, BLANKS)
            raise must_be(_("an e-mail address"), raw, without_blanks=True) from None
        return text
