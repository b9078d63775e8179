"""What may be written for an option, by its kind: a command's text, a form's or a schema file's JSON."""

import csv
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from crm.schema.fieldtypes.errors import InvalidValue, must_be
from crm.schema.fieldtypes.options import TypeOption
from crm.schema.fieldtypes.patterns import compiled

COLOURS = 12  # the palette of ui.md
LONGEST_CHOICE = 100
TRUE, FALSE = {"true", "1", "yes", "on", "sim"}, {"false", "0", "no", "off", "não", ""}


def option_value(option: TypeOption, raw: Any) -> Any:  # Any: JSON values
    """The value to store; None for nothing. Raises InvalidValue. Options of kind `value` are read by the field's type."""
    if raw is None or raw in ("", []):
        return None
    return READERS[option.kind](option, raw)


def choices_from_text(text: str) -> list[dict[str, Any]]:  # Any: JSON values
    """Options from words between commas or on lines of their own, each with a colour of its own; quotes keep a comma."""
    lines = csv.reader(text.splitlines(), skipinitialspace=True)
    values = [value.strip() for line in lines for value in line if value.strip()]
    return [{"value": value, "label": value, "colour": n % COLOURS + 1} for n, value in enumerate(dict.fromkeys(values))]


def _text(_option: TypeOption, raw: Any) -> str:
    if not isinstance(raw, str):
        raise must_be(_("a text"), raw)
    return raw.strip()


def _pattern(_option: TypeOption, raw: Any) -> str:
    compiled(_text(_option, raw))
    return raw


def _choices(_option: TypeOption, raw: Any) -> list[dict[str, Any]]:
    choices = choices_from_text(raw) if isinstance(raw, str) else raw
    if not isinstance(choices, list) or not all(_is_choice(choice) for choice in choices):
        raise InvalidValue(_("An option has a value, a text on one line, and perhaps a label and a colour."))
    values = [choice["value"].strip() for choice in choices]
    if twice := sorted({value for value in values if values.count(value) > 1}):
        raise InvalidValue(_("The option “%s” is there twice.") % twice[0])
    if long := [value for value in values if len(value) > LONGEST_CHOICE]:
        raise InvalidValue(_("“%(value)s…” is longer than %(n)s characters.") % {"value": long[0][:30], "n": LONGEST_CHOICE})
    return [{**choice, "value": value} for choice, value in zip(choices, values, strict=True)]


def _is_choice(choice: Any) -> bool:
    value = choice.get("value") if isinstance(choice, dict) else None
    label = choice.get("label", "") if isinstance(choice, dict) else None
    texts = label.values() if isinstance(label, dict) else [label]
    return isinstance(value, str) and value.isprintable() and bool(value.strip()) and all(isinstance(text, str) for text in texts)


def _megabytes(_option: TypeOption, raw: Any) -> int:
    most = settings.MAX_UPLOAD_MB
    text = str(raw).strip()
    if isinstance(raw, bool) or not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= most:
        raise must_be(_("a number of megabytes from 1 to %s") % most, raw)
    return int(text)


def _word(option: TypeOption, raw: Any) -> str:
    known = [word for word, _label in option.words]
    if raw not in known:
        raise must_be(_("one of %s") % ", ".join(known), raw)
    return raw


def _flag(_option: TypeOption, raw: Any) -> bool:
    word = str(raw).strip().lower()
    if word not in TRUE | FALSE:
        raise must_be(_("yes or no"), raw)
    return word in TRUE


READERS: dict[str, Callable[[TypeOption, Any], Any]] = {
    "pattern": _pattern,
    "choices": _choices,
    "entity": _text,
    "field": _text,
    "rule": _text,
    "megabytes": _megabytes,
    "word": _word,
    "flag": _flag,
}
