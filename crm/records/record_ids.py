"""Which record a written id names."""

from crm.records.models import RecordChange
from crm.records.validating import clean_id
from crm.schema.record import Record, possible_ids


def named_id(written: str, model: type[Record]) -> str:
    """The stored id: exactly this one if there is or was such a record, else the one without the acronym of its entity.

    Raises InvalidRecord for what can be no id.
    """
    bare = clean_id(written, model.entity.acronym)
    exact, *_others = possible_ids(written, model.entity.acronym)
    return exact if exact != bare and _is_known(exact, model) else bare


def _is_known(record_id: str, model: type[Record]) -> bool:
    changes = RecordChange.objects.filter(entity=model.entity.acronym, record_id=record_id)
    return model.objects.filter(pk=record_id).exists() or changes.exists()
