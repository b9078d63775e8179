"""An e-mail address."""

import re
from collections.abc import Container
from typing import Any

from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.errors import InvalidValue, must_be, quoted
from crm.schema.fieldtypes.invisible import plain_signs
from crm.schema.fieldtypes.masks import Masking
from crm.schema.fieldtypes.options import PATTERN
from crm.schema.fieldtypes.several_values import BLANKS, refuse_several
from crm.schema.fieldtypes.text import TextType

# What nearly every address looks like; the library judges the rest, which is a hundred times slower.
USUAL = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")

# `Ana <ana@example.com>`, `ana@example.com (Ana)`, `[…](mailto:ana@example.com)`; `mailto:ana@example.com?subject=…`.
BRACKETED = re.compile(r"[<(\[]\s*(?:mailto:)?\s*([^\s@<>()\[\]]+@[^\s@<>()\[\]]+)\s*[>)\]]", re.IGNORECASE)
PREFIXED = re.compile(r"(?:mailto|smtp|e-?mail)\s*:\s*([^\s@?]+@[^\s@?]+)(?:\?.*)?", re.IGNORECASE)
AROUND = " \t\r\n;,.:<>()[]\"'"
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
    reading_options = TextType.reading_options | {"around"}
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
            if text.startswith("'"):  # an address may by the standard, and nobody's does
                raise EmailNotValidError
            validate_email(text, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            if (address := self.without_surroundings(text)) != text:
                words = {"value": quoted(raw), "address": address}
                raise InvalidValue(_("“%(value)s” holds more than an address: write “%(address)s” alone.") % words) from None
            refuse_several(text, ADDRESS.fullmatch, BLANKS)
            raise must_be(_("an e-mail address"), raw, without_blanks=True) from None
        return text

    def without_surroundings(self, cell: str) -> str:
        """Where there is only one address; of two nobody knows which is meant."""
        text = plain_signs(cell)
        prefixed = PREFIXED.fullmatch(text)
        bare = prefixed[1] if prefixed else text.strip(AROUND)
        found = {one.lower(): one for one in [bare, *BRACKETED.findall(text)] if USUAL.fullmatch(one)}
        rest = BRACKETED.sub(" ", text) if not USUAL.fullmatch(bare) else ""
        return next(iter(found.values())) if len(found) == 1 and not _has_another(rest, found) else cell


def _has_another(text: str, found: Container[str]) -> bool:
    return any("@" in word and word.strip(AROUND).lower() not in found for word in text.split())
