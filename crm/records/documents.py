"""Brazilian person numbers (CPF): eleven digits, of which the last two check the others."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from crm.schema.definitions import EntityDefinition

WRITTEN = re.compile(r"[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}", re.ASCII)


def is_cpf(text: str) -> bool:
    """With or without punctuation; a single digit repeated passes the sums but is nobody's."""
    if not WRITTEN.fullmatch(text.strip()):
        return False
    digits = [int(char) for char in text if char.isdigit()]
    return len(set(digits)) > 1 and all(digits[place] == _check_digit(digits[:place]) for place in (9, 10))


def document_errors(entity: EntityDefinition, changed: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with `document` in a record as it will be, judged when the document or its type changes."""
    if not changed.keys() & {"document", "documentType"} or not has_documents(entity):
        return {}
    number, kind = record.get("document"), record.get("documentType")
    if not number or str(kind or "").lower() != "cpf" or is_cpf(number):
        return {}
    return {"document": no_cpf(number)}


def no_cpf(number: str) -> str:
    return _("“%(value)s” is not a CPF: eleven digits, the last two of which check the others.") % {"value": number}


def has_documents(entity: EntityDefinition) -> bool:
    return entity.field("document") is not None and entity.field("documentType") is not None


def _check_digit(digits: list[int]) -> int:
    weighted = sum(digit * weight for digit, weight in zip(digits, range(len(digits) + 1, 1, -1), strict=True))
    return weighted * 10 % 11 % 10
