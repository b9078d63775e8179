"""Which names fields and entities may have, and the name proposed from a label."""

import keyword
import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext as _

from crm.schema.errors import InvalidName
from crm.schema.record import SYSTEM_FIELDS, Record

FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")
ACRONYM = re.compile(r"[A-Z]{2}")
LONGEST = 50

# Contract §3, compared without regard to case.
SYSTEM_WORDS = {*SYSTEM_FIELDS, "accountId", "accountName", "dataEntityId", "auto_filter"}
RULE_WORDS = {"and", "or", "not", "between", "contains", "in", "is", "null", "now", "today"}
# What Django adds to the generated classes, and is no attribute of their abstract base.
GENERATED_WORDS = {"objects", "entity", "DoesNotExist", "MultipleObjectsReturned"}
POSTGRESQL_COLUMNS = {"xmin", "xmax", "cmin", "cmax", "ctid", "tableoid", "oid"}


def _reserved() -> dict[str, str]:
    attributes = dict.fromkeys(
        (word.lower() for word in {*dir(Record), *GENERATED_WORDS}), _("it is an attribute of every record")
    )
    system = dict.fromkeys((word.lower() for word in SYSTEM_WORDS), _("it is a system field"))
    python = dict.fromkeys((word.lower() for word in keyword.kwlist), _("it is a keyword of Python"))
    rules = dict.fromkeys(RULE_WORDS, _("it is a word of the rule language"))
    columns = dict.fromkeys(POSTGRESQL_COLUMNS, _("it is a system column of PostgreSQL"))
    return {**attributes, **python, **rules, **columns, **system}


def check_field_name(name: str, others: Iterable[str] = ()) -> None:
    """Raises InvalidName unless `name` may be a field next to `others`."""
    if reason := refusal(name, {other.lower(): other for other in others}):
        raise InvalidName(_("“%(name)s” cannot be a field name: %(reason)s.") % {"name": name[:60], "reason": reason})


def refusal(name: str, others: dict[str, str]) -> str:
    """Why `name` may not be used next to `others` (keyed in lower case); empty when it may."""
    low = name.lower()
    if low.startswith(("crm_", "_")):
        return _("names that begin with “crm_” or “_” are kept for the system")
    if not FIELD_NAME.fullmatch(name):
        return _("it must begin with a letter and hold only letters A–Z, digits and single underscores between them")
    if len(name) > LONGEST:
        return _("it is longer than %(n)s characters") % {"n": LONGEST}
    if low in others:
        return _("the field “%(other)s” exists already") % {"other": others[low]}
    if low.endswith("_id") and low[:-3] in others:
        return _("it is the name of the field “%(other)s” with “_id”") % {"other": others[low[:-3]]}
    if f"{low}_id" in others:
        return _("the field “%(other)s” is this name with “_id”") % {"other": others[f"{low}_id"]}
    return _reserved().get(low, "")


def check_acronym(acronym: str) -> None:
    if not ACRONYM.fullmatch(acronym):
        raise InvalidName(_("An acronym is exactly two capital letters, such as CL; “%s” is not.") % acronym[:20])


def proposed_name(label: str, others: Iterable[str] = ()) -> str:
    """“Revendedores São Paulo” → RevendedoresSaoPaulo; a number is added while the name is taken or forbidden."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    name = "".join(word[0].upper() + word[1:] for word in words)[: LONGEST - 4].lstrip("0123456789") or "Field"
    taken = {other.lower(): other for other in others}
    candidates = (name if n == 1 else f"{name}{n}" for n in range(1, 1000))
    return next(candidate for candidate in candidates if not refusal(candidate, taken))
