"""Attached files."""

from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.base import FieldType
from crm.schema.fieldtypes.errors import InvalidValue
from crm.schema.fieldtypes.options import TypeOption

DEFAULT_MB = 5
MEGABYTE = 1024 * 1024


class Uploads(forms.FileField):
    """Several at once; they are checked when they are stored."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        return data


class File(FieldType):
    """[{"id", "name", "size"}]: the stored files (`records.writing.attachments`) that the record has now, each name once.

    Only uploads change it: a list that someone sends could name another record's files.
    """

    label = "File"
    kind = "file"
    rule_kind = "other"
    options = (
        TypeOption(
            "max_size", "megabytes", gettext_lazy("Largest file, in MB"), gettext_lazy("5 unless another number is given.")
        ),
    )
    filled_with = "files"
    can_be_converted = False
    can_be_unique = False
    can_be_filter = False
    can_be_required = False
    can_have_default = False
    can_be_shown = False
    can_be_sorted = has_order = False
    is_public = False

    def column(self, field: FieldDefinition) -> models.Field:
        return models.JSONField(null=True, db_column=field.name)

    def read(self, raw: Any, field: FieldDefinition) -> list[dict[str, Any]] | None:
        """Only what the history kept is read."""
        if raw in (None, "", []):
            return None
        if not isinstance(raw, list) or not all(isinstance(one, dict) and {"id", "name", "size"} <= one.keys() for one in raw):
            raise InvalidValue(_("Files are uploaded, not written."))
        return raw

    def cell(self, value: Any, field: FieldDefinition) -> str:
        return "; ".join(names_of(value))

    def to_json(self, value: Any, field: FieldDefinition) -> list[str] | None:
        return names_of(value) or None

    def to_history(self, value: Any, field: FieldDefinition) -> Any:
        return value

    def form_field(self, field: FieldDefinition) -> forms.Field:
        made = Uploads(required=False, label=field.label)
        limit = _("Up to %s MB each.") % largest_mb(field)
        made.help_text = f"{field.description} {limit}".strip()
        return made

    def form_value(self, value: Any, field: FieldDefinition) -> None:
        """Browsers do not let a page fill such an input."""

    def display(self, value: Any, field: FieldDefinition) -> str:
        return ", ".join(names_of(value))


def names_of(value: list[dict[str, Any]] | None) -> list[str]:
    return [one["name"] for one in value or []]


def largest_mb(field: FieldDefinition) -> int:
    return min(int(field.options.get("max_size") or DEFAULT_MB), settings.MAX_UPLOAD_MB)
