"""What a list's address asks for, made into conditions: one parameter per field, and the keyword."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.records.errors import BadQuery
from crm.records.validating import clean_value
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.fieldtypes.base import InvalidValue

LONGEST = 200  # characters of one parameter
MOST_WORDS = 8  # of a keyword: each is a condition on every searchable field
TEXTUAL = {"text", "choice"}


def field_condition(field: FieldDefinition, text: str) -> Q:
    """The condition of one filter. Text may hold `*` for anything. Raises BadQuery."""
    check_text(text)
    if not field.column:
        raise BadQuery(_("The list cannot be filtered by “%(name)s”.") % {"name": field.label})
    if fieldtypes.get(field.type).kind == "text":
        return _text_condition(field.name, text)
    value = _typed(field, text)
    if isinstance(value, datetime) and len(text) <= len("2026-01-31"):
        return Q(**{f"{field.name}__gte": value, f"{field.name}__lt": value + timedelta(days=1)})
    return Q(**{field.name: value})


def keyword_condition(entity: EntityDefinition, fields: Iterable[FieldDefinition], text: str) -> Q:
    """Every word in any of the searchable fields. Raises BadQuery."""
    check_text(text)
    words = text.split()[:MOST_WORDS]
    names = [field.name for field in fields if field.searchable and field.column and _is_textual(field)]
    if not names:
        raise BadQuery(_("%(entity)s has no searchable fields.") % {"entity": entity.name})
    return reduce(and_, (_anywhere(names, word) for word in words), Q())


def check_text(text: str) -> None:
    if len(text) > LONGEST or "\0" in text:
        raise BadQuery(_("“%(text)s…” is not something to search for.") % {"text": text[:30].replace("\0", "")})


def _anywhere(names: list[str], word: str) -> Q:
    return reduce(or_, (Q(**{f"{name}__icontains": word}) for name in names))


def _is_textual(field: FieldDefinition) -> bool:
    return fieldtypes.get(field.type).kind in TEXTUAL


def _text_condition(name: str, text: str) -> Q:
    inner = text.strip("*")
    if "*" in inner:
        pattern = ".*".join(re.escape(part) for part in text.split("*"))
        return Q(**{f"{name}__iregex": f"^{pattern}$"})
    if not inner:
        return Q(**{f"{name}__isnull": False})
    lookup = LOOKUPS[text.startswith("*"), text.endswith("*")]
    return Q(**{f"{name}__{lookup}": inner})


# (any beginning, any end): the lookup
LOOKUPS = {
    (False, False): "iexact",
    (False, True): "istartswith",
    (True, False): "iendswith",
    (True, True): "icontains",
}


def _typed(field: FieldDefinition, text: str) -> date | Any:  # Any: whatever the type makes of it
    try:
        value = clean_value(field, text)
    except InvalidValue as refusal:
        raise BadQuery(f"{field.label}: {refusal}") from refusal
    if value is None:
        raise BadQuery(_("%(field)s: “%(text)s” cannot be looked for.") % {"field": field.label, "text": text[:60]})
    return value
