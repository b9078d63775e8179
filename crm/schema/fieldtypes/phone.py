"""A telephone number."""

import re
from functools import lru_cache
from typing import Any

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.errors import InvalidValue, must_be, quoted
from crm.schema.fieldtypes.invisible import plain_signs
from crm.schema.fieldtypes.options import PATTERN
from crm.schema.fieldtypes.several_values import refuse_several
from crm.schema.fieldtypes.text import TextType, refuse_shortened
from crm.schema.fieldtypes.text_equality import digits_of

# `p:+5511…` in leads of Facebook, `tel:…` in links.
WRITTEN = re.compile(
    r"(?:(?:p|tel): ?)?(\+?[0-9(][0-9 ().,/-]*?)(?: ?(?:x|ext\.?|ramal) ?([0-9]{1,6}))?", re.ASCII | re.IGNORECASE
)
# `(0xx11) 98765-4321`, `0**11`: in Brazil, where the digits of a carrier of one's choice are dialled.
CARRIER = re.compile(
    r"(\+?55[ .-]*|)\(?(?:0? ?[xX]{2}|0 ?[*]{2}|0 ?-{2})[ .-]*\)?[ .-]*\(?([1-9][1-9])\)?(?=[ .-]*[0-9])", re.ASCII
)
EXTENSION = " ext. "
LONGEST_NATIONAL = 11  # digits of a Brazilian number with its area code
BRAZILIAN = re.compile(r"\+55([1-9][1-9])([0-9]{4,5})([0-9]{4})", re.ASCII)  # no area code ends in zero, as 0800 would have


class Phone(TextType):
    """Kept as E.164, `+5511999990000`, without a country code as one of the site's country; found and compared by its digits."""

    label = "Phone"
    has_one_form = True
    longest = 50
    input_attributes = {"type": "tel", "inputmode": "tel"}
    options = (PATTERN,)
    compared = "by digits"
    country_code = str(phonenumbers.country_code_for_region(settings.COUNTRY) or "")
    # Brazilian numbers with area code, which elsewhere need their country's; the library judges the rest.
    common_pattern = re.compile(
        (r"(\+?55 ?)?" if settings.COUNTRY == "BR" else r"\+55 ?") + r"(\([1-9][0-9]\)|[1-9][0-9]) ?[0-9]{4,5}[ -]?[0-9]{4}",
        re.ASCII,
    )

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        """Of Brazil alone, as others have lengths of their own."""
        return r"\+55[1-9][0-9][0-9]{8,9}"

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        text = super().read(without_carrier(raw) if isinstance(raw, str) else raw, field)
        if text is None:
            return None
        if self.common_pattern.fullmatch(text):
            return self.common_value(text)
        number = parsed(text)
        if number is None:
            refuse_shortened(text)
            refuse_several(text, parsed)
            raise must_be(_("a telephone number such as +55 11 99999-0000"), raw)
        if lacks_area_code(number):
            raise InvalidValue(_("“%s” lacks the area code: write it before the number, as in (11) 99999-0000.") % quoted(raw))
        return stored(number)

    def common_value(self, cell: str) -> str:
        digits = digits_of(cell)
        return f"+{digits}" if len(digits) > LONGEST_NATIONAL else f"+55{digits}"

    def form_value(self, value: Any, field: FieldDefinition) -> str:
        return self.display(value, field)

    def display(self, value: Any, field: FieldDefinition) -> str:
        return displayed(value) if value else ""


def without_carrier(text: str) -> str:
    """With the area code alone where signs stand for a carrier's digits; any other text as it is."""
    bare = plain_signs(text)
    found = CARRIER.match(bare)
    return f"{found[1]}({found[2]}){bare[found.end() :]}" if found and (found[1] or settings.COUNTRY == "BR") else text


def parsed(text: str) -> phonenumbers.PhoneNumber | None:
    """None for what cannot be a number by its length and country; it is not checked whether it is in use."""
    if not (found := WRITTEN.fullmatch(text)):
        return None
    number = _from_abroad(found[1]) or _parsed(found[1])
    if number is None:
        return None
    number.extension = found[2]
    return number if phonenumbers.is_possible_number(number) else None


def _from_abroad(text: str) -> phonenumbers.PhoneNumber | None:
    """`0055 11 …` as `+55 11 …`, though in Brazil a carrier's digits follow 00, where that makes a valid number."""
    number = _parsed(f"+{text[2:]}") if text.startswith("00") else None
    return number if number and phonenumbers.is_valid_number(number) else None


def _parsed(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, settings.COUNTRY)
    except phonenumbers.NumberParseException:
        return None


def lacks_area_code(number: phonenumbers.PhoneNumber) -> bool:
    """Return True if it is shorter than any landline or mobile of its country, and no number of another kind either."""
    if phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return True
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    about = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if about is None or phonenumbers.is_valid_number(number):
        return False
    lengths = [length for kind in (about.fixed_line, about.mobile) if kind for length in kind.possible_length if length > 0]
    return bool(lengths) and len(phonenumbers.national_significant_number(number)) < min(lengths)


def stored(number: phonenumbers.PhoneNumber) -> str:
    """E.164, which knows no extensions: one is kept behind it."""
    text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    bare, _ext, _digits = text.partition(";ext=")
    return f"{bare}{EXTENSION}{number.extension}" if number.extension else bare


@lru_cache(maxsize=20_000)
def displayed(value: str) -> str:
    """As it is dialled in the site's country, others with their country code; what is no number as it is."""
    if settings.COUNTRY == "BR" and (found := BRAZILIAN.fullmatch(value)):
        return f"({found[1]}) {found[2]}-{found[3]}"
    number = parsed(value)
    if number is None or lacks_area_code(number):
        return value
    formats = phonenumbers.PhoneNumberFormat
    own = str(number.country_code) == Phone.country_code
    extension, number.extension = number.extension, None
    text = phonenumbers.format_number(number, formats.NATIONAL if own else formats.INTERNATIONAL)
    again = parsed(text)
    if again is None or again.national_number != number.national_number or again.country_code != number.country_code:
        text = phonenumbers.format_number(number, formats.INTERNATIONAL)
    return f"{text}{EXTENSION}{extension}" if extension else text
