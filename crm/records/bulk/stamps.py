"""What the system itself writes into many records at once, as SQL
by column: who, when, which version, and numbers that count up."""

from crm.records.bulk.names import column_of
from crm.records.dialects import dialect
from crm.records.models import ChangeSet
from crm.records.writing.moments import moment
from crm.records.writing.numbering import next_numbers
from crm.records.writing.system_fields import filled_fields, people_fields
from crm.schema.record import Record


def creation_stamps(model: type[Record], change_set: ChangeSet, count: int) -> dict[str, str]:
    """Of `count` new records, made of rows with a `crm_row` in o."""
    names = [field.name for field in filled_fields(model.entity, "number")]
    numbers = {column_of(model, name): next_numbers(model, name, count) for name in names}
    people = {column_of(model, field.name): _user(change_set) for field in people_fields(model.entity, creating=True)}
    return {"crm_version": "1"} | _stamps(change_set, "created", "lastInteraction") | numbers | people


def change_stamps(model: type[Record], change_set: ChangeSet) -> dict[str, str]:
    people = {column_of(model, name): value for name, value in changed_people(model, change_set).items()}
    return {"crm_version": 'r."crm_version" + 1'} | _stamps(change_set, "updated", "lastInteraction") | people


def changed_people(model: type[Record], change_set: ChangeSet) -> dict[str, str]:
    """Return the fields that follow every change, with the person who writes."""
    return dict.fromkeys((field.name for field in people_fields(model.entity, creating=False)), _user(change_set))


def interaction_stamps(change_set: ChangeSet) -> dict[str, str]:
    return _stamps(change_set, "lastInteraction")


def _stamps(change_set: ChangeSet, *acts: str) -> dict[str, str]:
    now = dialect().literal(moment())
    return {f"{act}{word}": value for act in acts for word, value in (("By", _user(change_set)), ("In", now))}


def _user(change_set: ChangeSet) -> str:
    return dialect().literal(str(change_set.user)) if change_set.user else "NULL"
