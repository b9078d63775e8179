"""Brazilian person numbers (CPF): eleven digits, of which the last two check the others."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from crm.schema.definitions import EntityDefinition

WRITTEN = re.compile(r"[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}", re.ASCII)


def _sums(*weights: int) -> list[int]:
    """The weighted sum of each three digits, ready made: a worksheet has millions of them."""
    return [sum(int(digit) * weight for digit, weight in zip(f"{three:03}", weights, strict=True)) for three in range(1000)]


FIRST = (_sums(10, 9, 8), _sums(7, 6, 5), _sums(4, 3, 2))
SECOND = (_sums(11, 10, 9), _sums(8, 7, 6), _sums(5, 4, 3))


def is_cpf(text: str) -> bool:
    """With or without punctuation; a single digit repeated passes the sums but is nobody's."""
    if not WRITTEN.fullmatch(text := text.strip()):
        return False
    number = int(text.replace(".", "").replace("-", ""))
    return number % 100 == check_digits(number // 100) and number % 11_111_111_111 != 0


def check_digits(nine: int) -> int:
    """The two digits after the first nine."""
    high, middle, low = nine // 1_000_000, nine // 1_000 % 1_000, nine % 1_000
    first = (FIRST[0][high] + FIRST[1][middle] + FIRST[2][low]) * 10 % 11 % 10
    second = (SECOND[0][high] + SECOND[1][middle] + SECOND[2][low] + 2 * first) * 10 % 11 % 10
    return 10 * first + second


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
