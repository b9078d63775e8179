"""The records that one change-set wrote, as the report of an import leads to them."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm.records.errors import BadQuery
from crm.records.models import ChangeSet, RecordChange
from crm.schema.record import Record

MOST_DIGITS = 19  # of a number that the database holds


def written_by(records: QuerySet[Record], number: str) -> QuerySet[Record]:
    """Those of the records that this change-set created or changed. Raises BadQuery."""
    if not number.isdecimal() or len(number) >= MOST_DIGITS:
        raise BadQuery(_("“%s” is not the number of a change.") % number[:60], parameter="_change_set")
    changes = RecordChange.objects.filter(change_set=int(number), entity=records.model.entity.acronym)
    return records.filter(pk__in=changes.exclude(kind=RecordChange.Kind.DELETE).values("record_id"))


def describe(number: str) -> str:
    """Of an import its own number, as its page has it."""
    change_set = ChangeSet.objects.filter(pk=int(number)).first()
    return f"#{change_set.reference}" if change_set and change_set.channel == "worksheet" else number
