"""An import from file to records: read, stage, take the difference, apply it in chunks."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.records import bulk
from crm.records.models import ChangeSet
from crm.records.recording import open_change_set
from crm.schema import current, fieldtypes
from crm.schema.record import Record
from crm.worksheets import converting, mapping, reading
from crm.worksheets.choices import Choices
from crm.worksheets.errors import InvalidMapping
from crm.worksheets.models import RowError, State, Worksheet

Progress = Callable[[str, int], None]  # phase, rows done


@dataclass(frozen=True)
class Source:
    """A worksheet read as far as its header: what its columns fill."""

    model: type[Record]
    choices: Choices
    form: reading.Format
    headers: list[str]
    mapped: mapping.Mapping
    fixed: dict[str, Any]  # typed values

    def merge(self, worksheet: Worksheet) -> bulk.Merge:
        columns = tuple(dict.fromkeys([*self.mapped.names, *self.fixed]))
        return bulk.Merge(
            self.model, f"staging_{worksheet.number}", self.choices.key, columns,
            self.choices.mode, self.choices.empty, self.choices.duplicates,  # type: ignore[arg-type]
        )  # fmt: skip


def open_source(worksheet: Worksheet) -> Source:
    """Raises UnreadableWorksheet, InvalidMapping."""
    choices = Choices(**worksheet.choices)
    model = current.models()[worksheet.entity]
    with worksheet.file.open("rb") as file:
        form = reading.found_format(file, encoding=choices.encoding, delimiter=choices.delimiter)
        headers = reading.header_of(file, form)
    mapped = mapping.map_columns(
        headers, model.entity, stated=choices.map, ignore=choices.ignore, allow_consent=choices.allow_consent
    )
    _check_key(model, choices, mapped)
    return Source(model, choices, form, headers, mapped, _fixed(model, choices))


def rehearse(worksheet: Worksheet, progress: Progress = lambda _phase, _done: None) -> dict[str, int]:
    """Stages the worksheet and takes its difference; nothing is written to records. Raises UnreadableWorksheet, InvalidMapping."""
    with current.pinned() as generated:
        source = open_source(worksheet)
        merge = source.merge(worksheet)
        found = converting.Conversion()
        progress("staging", 0)
        bulk.create_staging(merge)
        bulk.stage(merge, _typed_columns(worksheet, source, found, progress))
        progress("comparing", found.rows)
        difference = bulk.difference(merge)
        _store_refusals(worksheet, found, difference, source)
        worksheet.counts = _counts(found, difference, source)
        worksheet.state, worksheet.publication = State.REHEARSED, generated.number
        worksheet.save(update_fields=["counts", "state", "publication"])
    return worksheet.counts


def apply(worksheet: Worksheet, *, by: Actor, after_row: int = 0, checkpoint: Callable[[int], None] = lambda _row: None) -> None:
    """Writes what the rehearsal found, chunk by chunk; each chunk commits rows, history and `checkpoint` together."""
    with current.pinned():
        source = open_source(worksheet)
        merge = source.merge(worksheet)
        change_set = _change_set(worksheet, by=by)
        last: int | None = after_row
        while last is not None:
            with transaction.atomic():
                applied = bulk.apply_chunk(merge, change_set, after_row=last)
                if applied.last_row is not None:
                    checkpoint(applied.last_row)
            last = applied.last_row
        bulk.tidy(merge, rows=worksheet.counts["created"] + worksheet.counts["updated"])
        bulk.drop_staging(merge)
    worksheet.state = State.PARTLY if worksheet.counts["errors"] else State.DONE
    worksheet.save(update_fields=["state"])


def run(worksheet: Worksheet, *, by: Actor, progress: Progress = lambda _phase, _done: None) -> None:
    """The whole way in this process, timed."""
    started = time.monotonic()
    rehearse(worksheet, progress)
    if not (worksheet.choices.get("atomic") and worksheet.counts["errors"]):
        apply(worksheet, by=by, checkpoint=lambda row: progress("applying", row))
    worksheet.seconds = time.monotonic() - started
    worksheet.save(update_fields=["seconds"])


def is_staged(worksheet: Worksheet) -> bool:
    """Whether the rehearsal's staged rows are still whole: a crashed database empties them."""
    expected = worksheet.counts.get("staged")
    return expected is not None and bulk.staged_count(open_source(worksheet).merge(worksheet)) == expected


def _typed_columns(
    worksheet: Worksheet, source: Source, found: converting.Conversion, progress: Progress
) -> Iterator[list[Sequence[Any]]]:
    columns = converting.Columns(
        source.model.entity, source.headers, source.mapped, source.choices.key, source.choices.cells, source.fixed
    )
    with worksheet.file.open("rb") as file:
        rows = reading.rows_of(file, source.form)
        for block in converting.typed_columns(rows, columns, found):
            yield block
            progress("staging", found.rows)


def _check_key(model: type[Record], choices: Choices, mapped: mapping.Mapping) -> None:
    field = model.entity.field(choices.key)
    if choices.key != "id" and (field is None or not field.unique):
        unique = ", ".join(["id", *(field.name for field in model.entity.visible_fields if field.unique)])
        raise InvalidMapping(
            _("%(key)s cannot be the key: it must be unique. These are: %(unique)s.") % {"key": choices.key, "unique": unique}
        )
    if choices.key not in mapped.names and choices.mode != "create" and choices.key != "id":
        raise InvalidMapping(_("The key %s is not a column of the worksheet.") % choices.key)


def _fixed(model: type[Record], choices: Choices) -> dict[str, Any]:
    return {name: _fixed_value(model, name, text) for name, text in choices.set.items()}


def _fixed_value(model: type[Record], name: str, text: str) -> Any:
    field = model.entity.field(name)
    if field is None or field.read_only:
        raise InvalidMapping(_("%(name)s cannot be set: it is no field that may be written.") % {"name": name})
    try:
        return fieldtypes.get(field.type).clean(text, field)
    except fieldtypes.InvalidValue as refusal:
        raise InvalidMapping(f"{name}: {refusal}") from refusal


def _change_set(worksheet: Worksheet, *, by: Actor) -> ChangeSet:
    """One change-set an import, however often it is resumed."""
    if worksheet.change_set:
        return ChangeSet.objects.get(pk=worksheet.change_set)
    acting = Actor(by.user, "worksheet", str(worksheet.number), is_operator=by.is_operator)
    change_set = open_change_set(worksheet.entity, by=acting, at=timezone.now(), summary=worksheet.name[:200])
    worksheet.change_set, worksheet.state = change_set.pk, State.RUNNING
    worksheet.save(update_fields=["change_set", "state"])
    return change_set


def _store_refusals(worksheet: Worksheet, found: converting.Conversion, difference: bulk.Difference, source: Source) -> None:
    header = {name: source.headers[position] for position, name in source.mapped.fields.items()}
    worksheet.row_errors.all().delete()
    errors = [RowError(worksheet=worksheet, row=r.row, column=r.column, value=r.value, reason=r.reason) for r in found.refusals]
    errors += [
        RowError(worksheet=worksheet, row=r.row, column=header.get(r.column, r.column), value=str(r.value)[:200], reason=r.reason)
        for r in difference.refusals
    ]
    RowError.objects.bulk_create(errors, batch_size=2000)


def _counts(found: converting.Conversion, difference: bulk.Difference, source: Source) -> dict[str, Any]:
    refused = len(found.refused_rows) + len({refusal.row for refusal in difference.refusals})
    return {
        "rows": found.rows,
        "created": difference.created,
        "updated": difference.updated,
        "unchanged": difference.unchanged,
        "errors": refused,
        "skipped": difference.skipped,
        "ignored_columns": source.mapped.ignored,
        "staged": found.rows - len(found.refused_rows),
    }
