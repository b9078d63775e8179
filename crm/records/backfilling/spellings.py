"""Which stored phones, documents and keys are not in their one form: looked at before a job brings them into it."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.records.backfilling.normalizing import in_one_form
from crm.schema.definitions import FieldDefinition
from crm.schema.record import Record

LOOKED_AT = 20_000  # records: what a page can wait for


@dataclass(frozen=True)
class FieldSpellings:
    """How many values of a field change and how many stay because they do not fit it; the first of each, as they are stored."""

    field: FieldDefinition
    changing: int
    staying: int
    before: str
    after: str
    misfit: str


@dataclass(frozen=True)
class SpellingReport:
    fields: Sequence[FieldSpellings]
    looked_at: int
    is_all: bool

    @property
    def changing(self) -> int:
        return sum(field.changing for field in self.fields)


def spellings(model: type[Record], fields: Sequence[FieldDefinition]) -> SpellingReport:
    """Of the first records, in the order in which the job goes through them; nothing is written."""
    names = [field.name for field in fields]
    rows = list(model.objects.order_by("pk").values_list(*names)[: LOOKED_AT + 1]) if names else []
    columns = list(zip(*rows[:LOOKED_AT], strict=True)) or [()] * len(fields)
    found = [_spellings(field, column) for field, column in zip(fields, columns, strict=True)]
    return SpellingReport(found, min(len(rows), LOOKED_AT), is_all=len(rows) <= LOOKED_AT)


def _spellings(field: FieldDefinition, values: Sequence[str | None]) -> FieldSpellings:
    pairs = [(value, in_one_form(value, field)) for value in values if value is not None]
    changing = [(value, one) for value, one in pairs if one is not None and one != value]
    misfits = [value for value, one in pairs if one is None]
    before, after = changing[0] if changing else ("", "")
    return FieldSpellings(field, len(changing), len(misfits), before, after, misfits[0] if misfits else "")
