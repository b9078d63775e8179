"""The check digits of Brazilian tax numbers: CPF of a person, CNPJ of a company, distinguished by their length."""

import re

from django.utils.translation import gettext as _
from stdnum.br import cnpj

from crm.schema.fieldtypes.text_equality import digits_of

CPF = re.compile(r"[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}", re.ASCII)
FEWEST = 8  # digits of a CPF that lost its zeros: hardly one has more than three
# Since 2026 a CNPJ may have letters among its first twelve characters.
CNPJ = re.compile(r"[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}/?[0-9A-Z]{4}-?[0-9]{2}", re.ASCII | re.IGNORECASE)


def is_tax_number(text: str) -> bool:
    return is_cpf(text) or is_cnpj(text)


def punctuated(text: str) -> str:
    """`529.982.247-25`, `11.222.333/0001-81`; a text of another length as it is."""
    bare = digits_of(text).upper()
    if len(bare) == 11:
        return f"{bare[:3]}.{bare[3:6]}.{bare[6:9]}-{bare[9:]}"
    return f"{bare[:2]}.{bare[2:5]}.{bare[5:8]}/{bare[8:12]}-{bare[12:]}" if len(bare) == 14 else text


def lost_zeros(text: str) -> str:
    """Why a number is too short that fits its check digits with zeros before it; empty for any other."""
    full = with_zeros(text)
    if full == text:
        return ""
    words = {"value": text, "n": len(text), "kind": "CPF" if len(full) == 11 else "CNPJ", "all": len(full)}
    return _("“%(value)s” has %(n)s digits: a %(kind)s has %(all)s, and a spreadsheet takes leading zeros away.") % words


def with_zeros(text: str) -> str:
    """A number that is right with the zeros that it lost; any other text as it is."""
    if not (text.isascii() and text.isdecimal()) or len(text) < FEWEST:
        return text
    return next((full for length in (11, 14) if is_cpf(full := text.zfill(length)) or is_cnpj(full)), text)


def is_cnpj(text: str) -> bool:
    """With or without punctuation; a single digit repeated is nobody's."""
    if not CNPJ.fullmatch(text):
        return False
    number = digits_of(text)
    return len(set(number)) > 1 and cnpj.is_valid(number.upper())


def _sums(*weights: int) -> list[int]:
    """The weighted sum of each three digits, ready made: a worksheet has millions of them."""
    return [sum(int(digit) * weight for digit, weight in zip(f"{three:03}", weights, strict=True)) for three in range(1000)]


FIRST = (_sums(10, 9, 8), _sums(7, 6, 5), _sums(4, 3, 2))
SECOND = (_sums(11, 10, 9), _sums(8, 7, 6), _sums(5, 4, 3))


def is_cpf(text: str) -> bool:
    """With or without punctuation; a single digit repeated passes the sums but is nobody's."""
    if not CPF.fullmatch(text := text.strip()):
        return False
    number = int(text.replace(".", "").replace("-", ""))
    return number % 100 == check_digits(number // 100) and number % 11_111_111_111 != 0


def check_digits(nine: int) -> int:
    """The two digits after the first nine."""
    high, middle, low = nine // 1_000_000, nine // 1_000 % 1_000, nine % 1_000
    first = (FIRST[0][high] + FIRST[1][middle] + FIRST[2][low]) * 10 % 11 % 10
    second = (SECOND[0][high] + SECOND[1][middle] + SECOND[2][low] + 2 * first) * 10 % 11 % 10
    return 10 * first + second
