"""A Brazilian postal code."""

import re
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.base import FieldType
from crm.schema.fieldtypes.errors import InvalidValue, must_be
from crm.schema.fieldtypes.text import clean_text

LONGEST = 10


class CEP(FieldType):
    """Eight digits, kept as they are written, with or without the hyphen."""

    label = "CEP"
    kind = "text"
    can_be_filter = False
    can_be_searched = True
    compared = "by digits"
    usual = re.compile(r"[0-9]{5}-?[0-9]{3}", re.ASCII)

    def column(self, field: FieldDefinition) -> models.Field:
        return models.CharField(max_length=LONGEST, null=True, db_column=field.name)

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        text = clean_text(raw, longest=None)
        if text is None or self.usual.fullmatch(text):
            return text
        if re.fullmatch(r"[0-9]{7}", text, re.ASCII):
            raise InvalidValue(
                _("“%s” has seven digits: a postal code has eight, and a spreadsheet takes leading zeros away.") % text
            )
        raise must_be(_("a postal code such as 01310-100"), raw)

    def usual_value(self, cell: str) -> str:
        return cell

    def form_field(self, field: FieldDefinition) -> forms.Field:
        made = super().form_field(field)
        made.widget = forms.TextInput(attrs={"inputmode": "numeric"})
        return made
