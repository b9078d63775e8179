"""What the system fills in many rows at once: who writes, and numbers that count up."""

from django.db import connection

from crm.records.bulk import sql
from crm.records.bulk.merge import Merge
from crm.records.bulk.names import OfModel, column_of
from crm.records.models import ChangeSet
from crm.records.writing.numbering import next_numbers
from crm.records.writing.system_fields import filled_fields, people_fields


def filled_when_created(merge: Merge, change_set: ChangeSet, count: int) -> dict[str, str]:
    """Column and value as SQL over o, for `count` new records."""
    names = [field.name for field in filled_fields(merge.model.entity, "number")]
    numbers = {column_of(merge, name): next_numbers(merge.model, name, count) for name in names}
    return numbers | _people(merge, change_set, creating=True)


def filled_when_changed(merge: OfModel, change_set: ChangeSet) -> dict[str, str]:
    return _people(merge, change_set, creating=False)


def _people(merge: OfModel, change_set: ChangeSet, *, creating: bool) -> dict[str, str]:
    who = sql.DIALECTS[connection.vendor].literal(str(change_set.user)) if change_set.user else "NULL"
    return {column_of(merge, field.name): who for field in people_fields(merge.model.entity, creating=creating)}
