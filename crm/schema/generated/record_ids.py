"""Which record a written id means: the one of exactly this id, else the one without the acronym of its entity."""

import re
from collections.abc import Collection

from crm.schema.record import Record, possible_ids

RECORD_ID = re.compile(r"[a-z0-9._:-]{1,100}")


def known_ids(written: Collection[str], model: type[Record]) -> dict[str, str]:
    """The stored id of each text that names a record; one query."""
    possible = {text: possible_ids(text, model.entity.acronym) for text in written}
    wanted = {one for ids in possible.values() for one in ids if RECORD_ID.fullmatch(one)}
    stored = set(model.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    found = {text: next((one for one in ids if one in stored), None) for text, ids in possible.items()}
    return {text: record_id for text, record_id in found.items() if record_id is not None}


def has_prefixed_ids(model: type[Record]) -> bool:
    """Return True if some ids are stored with the acronym, as another system may have given them."""
    return model.objects.filter(pk__startswith=f"{model.entity.acronym.lower()}-").exists()
