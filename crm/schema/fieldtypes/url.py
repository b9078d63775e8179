"""An address in the web."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.base import FieldType
from crm.schema.fieldtypes.errors import must_be
from crm.schema.fieldtypes.options import PATTERN
from crm.schema.fieldtypes.text import clean_text

LONGEST = 750
LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
judge = URLValidator(schemes=["http", "https"])


class URL(FieldType):
    """Absolute and of the web: `javascript:` and the like are none."""

    label = "URL"
    kind = "text"
    options = (PATTERN,)
    can_be_searched = True
    # What nearly every address looks like; Django's validator judges the rest.
    usual = re.compile(rf"(?=.{{0,{LONGEST}}}\Z)https?://({LABEL}\.){{1,8}}[A-Za-z]{{2,24}}(/[A-Za-z0-9._~/?&=%+,;:@#-]*)?")

    def column(self, field: FieldDefinition) -> models.Field:
        return models.CharField(max_length=LONGEST, null=True, db_column=field.name)

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        text = clean_text(raw, longest=LONGEST)
        if text is None or self.usual.fullmatch(text):
            return text
        try:
            judge(text)
        except ValidationError:
            raise must_be(_("an address such as https://example.com/page"), raw) from None
        return text

    def usual_value(self, cell: str) -> str:
        return cell

    def form_field(self, field: FieldDefinition) -> forms.Field:
        made = super().form_field(field)
        made.widget = forms.URLInput()
        return made
