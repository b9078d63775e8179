"""Lists of people as they are pasted: one a line, by id, e-mail or document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clusters.members.selecting import InvalidSelection, Selection
from crm.rules.digits import digits_of, is_number
from crm.schema.definitions import EntityDefinition
from crm.schema.fieldtypes.local_format import local_number

MOST = 100_000  # lines
SEPARATORS = re.compile(r"[\r\n\t;]+|,\s*(?=\S+@)")
DOCUMENT_LENGTHS = {11, 14}


@dataclass(frozen=True)
class PastedList:
    """The keys without repetitions, and the field whose values they are; `typed` gives a key as it was pasted."""

    field: str
    typed: Mapping[str, str]

    @property
    def keys(self) -> list[str]:
        return list(self.typed)

    @property
    def selection(self) -> Selection:
        return Selection(self.field, keys=self.keys)


def read_list(text: str, entity: EntityDefinition) -> PastedList:
    """What most lines look like is what they all are: those that are something else will not be found, and are listed.

    Raises InvalidSelection for nothing, and for too much.
    """
    keys = list(dict.fromkeys(part.strip() for part in SEPARATORS.split(text) if part.strip()))
    if not keys:
        raise InvalidSelection(_("Nobody is in the list: paste an e-mail, a document or an id a line."))
    if len(keys) > MOST:
        raise InvalidSelection(_("The list has more than %s lines: import it as a worksheet instead.") % local_number(MOST))
    field = _field(keys, entity)
    return PastedList(field, {digits_of(key) if field == "document" and _is_document(key) else key: key for key in keys})


def _field(keys: list[str], entity: EntityDefinition) -> str:
    most = len(keys) / 2
    if entity.field("email") and sum("@" in key for key in keys) >= most:
        return "email"
    if entity.field("document") and sum(_is_document(key) for key in keys) >= most:
        return "document"
    return "id"


def _is_document(key: str) -> bool:
    return is_number(key) and len(digits_of(key)) in DOCUMENT_LENGTHS
