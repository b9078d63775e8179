"""An address in the web."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.errors import must_be
from crm.schema.fieldtypes.options import PATTERN
from crm.schema.fieldtypes.text import TextType, refuse_invisible

LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
CANONICAL_LABEL = LABEL.replace("(", "(?:")
judge = URLValidator(schemes=["http", "https"])


class URL(TextType):
    """An absolute http or https address: `javascript:` and the like are refused."""

    label = "URL"
    longest = 750
    input_attributes = {"type": "url"}
    options = (PATTERN,)
    # What nearly every address looks like; Django's validator judges the rest.
    common_pattern = re.compile(rf"(?=.{{0,750}}\Z)https?://({LABEL}\.){{1,8}}[A-Za-z]{{2,24}}(/[A-Za-z0-9._~/?&=%+,;:@#-]*)?")

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        """Short ones; a list in the path could hold the delimiter."""
        return rf"https?://(?:{CANONICAL_LABEL}\.){{1,8}}[A-Za-z]{{2,24}}(?:/[A-Za-z0-9._~/?&=%+:@#-]{{0,150}})?"

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        text = super().read(raw, field)
        if text is None or self.common_pattern.fullmatch(text):
            return text
        refuse_invisible(text)
        try:
            judge(text)
        except ValidationError:
            raise must_be(_("an address such as https://example.com/page"), raw, without_blanks=True) from None
        return text
