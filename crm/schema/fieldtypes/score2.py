"""Points by key, each counting for a while."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.base import FieldType
from crm.schema.fieldtypes.errors import InvalidValue

SHOWN = 5  # keys


class Score2(FieldType):
    """{"DisplayValue": key to show, "Scores": {key: [{"Point", "Date", "Until"}]}}, or null when
    never scored. Written by the score endpoints alone; rules and filters compare the key to show."""

    label = "Score2"
    kind = "score"
    rule_kind = "score"
    filled_with = "scores"
    can_be_converted = False
    can_be_unique = False
    can_be_required = False
    can_have_default = False
    can_be_shown = False
    can_be_sorted = has_order = False
    is_public = False

    def column(self, field: FieldDefinition) -> models.Field:
        return models.JSONField(null=True, db_column=field.name)

    def read(self, raw: Any, field: FieldDefinition) -> dict[str, Any] | None:
        if raw in (None, ""):
            return None
        value = _parsed(raw) if isinstance(raw, str) else raw
        if not isinstance(value, dict) or not isinstance(value.get("Scores"), dict):
            raise InvalidValue(_("These are no scores."))
        return value

    def cell(self, value: Any, field: FieldDefinition) -> str:
        return "" if value is None else json.dumps(value, ensure_ascii=False)

    def form_value(self, value: Any, field: FieldDefinition) -> str:
        return self.display(value, field)

    def display(self, value: Any, field: FieldDefinition) -> str:
        """What counts now, the highest first; the key to show when nothing does any more."""
        if value is None:
            return ""
        scores = current_scores(value, timezone.now())
        highest = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
        shown = [f"{key}: {formats.number_format(points)}" for key, points in highest[:SHOWN]]
        return ", ".join([*shown, "…"] if len(highest) > SHOWN else shown) or str(value.get("DisplayValue") or "")


def current_scores(value: Mapping[str, Any], at: datetime) -> dict[str, int]:
    """The points of each key that count at this moment; a key of which none does is left out."""
    counting = {
        key: [entry["Point"] for entry in entries if _counts(entry, at)] for key, entries in value.get("Scores", {}).items()
    }
    return {key: sum(points) for key, points in counting.items() if points}


def _counts(entry: Mapping[str, Any], at: datetime) -> bool:
    until = parse_datetime(str(entry.get("Until")))
    if until is None:
        return False
    return (until if timezone.is_aware(until) else timezone.make_aware(until)) > at


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
