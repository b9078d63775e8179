"""The records that a change-set changed, by their titles."""

from crm.people.actors import Actor
from crm.records.access import readable
from crm.records.cells import title_of
from crm.records.models import ChangeSet
from crm.schema.generated import current


def first_titles(change_set: ChangeSet, *, most: int, reader: Actor) -> list[str]:
    """In the order in which they were changed; what no longer exists by its id."""
    model = current.models()[change_set.entity]
    ids = list(change_set.changes.order_by("id").values_list("record_id", flat=True)[:most])
    fields, records = readable(reader, model.entity), model.objects.in_bulk(ids)
    return [title_of(records[pk], fields) if pk in records else pk for pk in ids]
