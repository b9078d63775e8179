"""A literal → a typed value of its field."""

import re
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from crm.rules.conditions import Normalization
from crm.rules.context import RuleContext
from crm.rules.digits import digits_of
from crm.rules.errors import RuleError, Translatable
from crm.rules.folding import fold
from crm.rules.moments import read_moment
from crm.rules.resolving import Kind, RuleField
from crm.rules.tree import LiteralValue, Operator

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", re.ASCII)
# A whole number of 64 bits, and what a float of 64 bits still holds exactly: SQLite keeps decimals so.
LARGEST = 2**63 - 1
MOST_DIGITS = 15
MIDNIGHT = re.compile(r"[t ]00:00(:00(\.0+)?)?\s?(z|[+-][0-9:]+)?")  # as the API writes dates
OPTION = re.compile(r"(?:[^;\\]|\\.)+", re.DOTALL)
TRUE = {"true", "1", "yes", "y", "on", "sim", "s", "verdadeiro", "si", "verdadero"}
FALSE = {"false", "0", "no", "n", "off", "nao", "falso"}
CAPITALS = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def lowered(text: str) -> str:
    """A–Z in lower case and nothing else."""
    return text.translate(CAPITALS)


def normalized(text: str, normalization: Normalization) -> str:
    if normalization == "digits":
        return digits_of(text)
    return fold(text) if normalization == "folded" else lowered(text) if normalization == "lowered" else text


def normalization_for(kind: Kind, operator: Operator, context: RuleContext, *, wildcard: bool = False) -> Normalization:
    """How a text of this kind is compared. An e-mail is found by its unique index, which ignores the case of A–Z alone."""
    if context.exact or kind in {"id", "relation"}:
        return "plain"
    return "lowered" if kind == "email" and operator in {"=", "<>"} and not wildcard else "folded"


def read_text(field: RuleField, value: LiteralValue, normalization: Normalization) -> tuple[str, ...]:
    """The parts of a text between its wildcards, normalized as they are compared."""
    if value.parts == ("",):
        raise no_empty_text(field, value)
    parts = value.parts
    if field.kind in {"id", "relation"}:
        parts = _bare_id(field, tuple(map(lowered, parts)))
    elif field.kind == "email":
        parts = tuple(
            part.replace(" ", "+") for part in parts
        )  # an address of a page writes a blank for `+`, and no e-mail holds one
    return tuple(normalized(part, normalization) for part in parts)


def written_ids(field: RuleField, value: LiteralValue) -> list[tuple[str, ...]]:
    """The parts of a written id: as it is written, and without the acronym that may stand before it."""
    exact = tuple(map(lowered, value.parts))
    return list(dict.fromkeys((exact, read_text(field, value, "plain"))))


def _bare_id(field: RuleField, parts: tuple[str, ...]) -> tuple[str, ...]:
    first, *rest = parts
    return (first.removeprefix(f"{lowered(field.acronym)}-") if field.acronym else first, *rest)


def listed_options(text: str) -> list[str]:
    """The options of a worksheet's cell, `Gold;Silver`; none if it holds no list. `\\;` is a semicolon within one."""
    options = [re.sub(r"\\([;\\])", r"\1", one).strip() for one in OPTION.findall(text)]
    return options if ";" in text else []


def read_number(field: RuleField, value: LiteralValue) -> int | Decimal:
    text = value.text.strip()
    if len(text) > 40 or not NUMBER.fullmatch(text):
        raise mismatch(field, value, _("a number such as 1234.50"))
    number = Decimal(text)
    if number == number.to_integral_value() and abs(number) <= LARGEST:
        return int(number)
    if len(number.normalize().as_tuple().digits) > MOST_DIGITS:
        raise RuleError(_("“%s” has too many digits.") % value.text[:60], value.at)
    return number


def read_boolean(field: RuleField, value: LiteralValue) -> bool:
    word = fold(value.text.strip())
    if word not in TRUE | FALSE:
        raise mismatch(field, value, _("true or false"))
    return word in TRUE


def read_day(field: RuleField, value: LiteralValue, context: RuleContext) -> date:
    """A value of a Date field: `now` means its day in the zone; any other time of day is refused."""
    moment = read_moment(value.text, context.clock, value.at)
    if not isinstance(moment, datetime):
        return moment
    written = value.text.strip().lower()
    if written.startswith("now"):
        return moment.astimezone(context.zone).date()
    if not MIDNIGHT.fullmatch(written[10:]):
        raise RuleError(_("“%s” holds days, without a time.") % field.name, value.at)
    return date.fromisoformat(written[:10])


def no_empty_text(field: RuleField, value: LiteralValue) -> RuleError:
    return RuleError(_("No text is empty: write “%s is null”.") % field.name, value.at)


def mismatch(field: RuleField, value: LiteralValue, wanted: Translatable) -> RuleError:
    shown = {"name": field.name, "value": value.text[:60], "wanted": wanted}
    return RuleError(_("“%(name)s” is compared with %(wanted)s, and “%(value)s” is none.") % shown, value.at)
