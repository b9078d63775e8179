"""Files attached to records: checked, stored under generated names, and kept as long as the history can restore them."""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from crm import uploads
from crm.records.errors import refuse
from crm.records.models import Attachment
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.fieldtypes.file import MEGABYTE, largest_mb
from crm.schema.generated import current
from crm.schema.record import Record, held

MOST = 50  # files in one field of one record
LONGEST_NAME = 100
BATCH = 500
UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069/\\]"
)  # with the marks that turn the direction of writing

Stored = list[dict[str, Any]]  # Any: as the column holds it: id, name, size


@dataclass(frozen=True)
class FileChange:
    """What shall become of one field: files to add, where one takes the place of another of its name, and names to remove."""

    added: tuple[UploadedFile, ...] = ()
    removed: frozenset[str] = frozenset()


FileChanges = Mapping[str, FileChange]


@contextmanager
def stored_files(record: Record, changes: FileChanges) -> Iterator[dict[str, Stored | None]]:
    """The values that the fields take on. Raises InvalidRecord. What was stored for it goes again if the block fails."""
    refuse(file_errors(record.entity, changes))
    made: list[Attachment] = []
    try:
        yield {name: _value(record, name, change, made) for name, change in changes.items()}
    except BaseException:
        for attachment in made:
            attachment.file.delete(save=False)
        raise


def file_errors(entity: EntityDefinition, changes: FileChanges) -> dict[str, str]:
    """Why files are refused, by field."""
    return dict(_refusals(entity, changes))


def find(record: Record, name: str, file_name: str) -> Attachment | None:
    """The stored file of this name in a field, if the record has one now."""
    known = {one["name"]: one["id"] for one in held(record, name) or []}
    return Attachment.objects.filter(pk=known[file_name], entity=record.entity.acronym).first() if file_name in known else None


def clean_name(name: str) -> str:
    """A file name without a path and without what could deceive: at most 100 characters, its ending kept."""
    name = UNSAFE.sub("", PurePosixPath(name.replace("\\", "/")).name).strip(" .")
    ending = PurePosixPath(name).suffix[:20]
    return name if 0 < len(name) <= LONGEST_NAME else name[: LONGEST_NAME - len(ending)] + ending or "file"


def sweep(now: datetime) -> int:
    """Deletes files that no record has had for as long as the history is kept; returns how many."""
    cutoff = now - timedelta(days=settings.RETAIN_HISTORY_DAYS)
    deleted, last = 0, uuid.UUID(int=0)
    while batch := list(Attachment.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        deleted += _sweep_batch(batch, now, cutoff)
    return deleted


def _refusals(entity: EntityDefinition, changes: FileChanges) -> Iterator[tuple[str, str]]:
    for name, change in changes.items():
        field = entity.field(name)
        if field is None or field.type != "File" or field.read_only:
            yield name, _("This field takes no files.")
        elif not_stored := uploads.refusal(change.added):
            yield name, not_stored
        elif too_large := _too_large(field, change.added):
            words = {"name": clean_name(too_large.name or ""), "limit": largest_mb(field)}
            yield name, _("“%(name)s” is larger than %(limit)s MB.") % words


def _too_large(field: FieldDefinition, files: Sequence[UploadedFile]) -> UploadedFile | None:
    return next((file for file in files if (file.size or 0) > largest_mb(field) * MEGABYTE), None)


def _value(record: Record, name: str, change: FileChange, made: list[Attachment]) -> Stored | None:
    remaining = {one["name"]: one for one in held(record, name) or [] if one["name"] not in change.removed}
    added: dict[str, dict[str, Any]] = {}
    for file in change.added:
        file_name = _free_name(clean_name(file.name or ""), added)
        made.append(_attachment(record, name, file_name, file))
        _store(made[-1], file)
        added[file_name] = {"id": str(made[-1].pk), "name": file_name, "size": made[-1].size}
    value = list({**remaining, **added}.values())
    if len(value) > MOST:
        refuse({name: _("A field holds at most %s files.") % MOST})
    return value or None


def _free_name(name: str, taken: Mapping[str, object]) -> str:
    path, number = PurePosixPath(name), 1
    while name in taken:
        number += 1
        name = f"{path.stem} ({number}){path.suffix}"
    return name


def _attachment(record: Record, name: str, file_name: str, file: UploadedFile) -> Attachment:
    return Attachment(entity=record.entity.acronym, record_id=record.pk, field=name, name=file_name, size=file.size or 0)


def _store(attachment: Attachment, file: UploadedFile) -> None:
    try:
        attachment.file.save(attachment.pk.hex, file, save=False)
    except OSError as error:
        refuse({attachment.field: uploads.not_stored(error, attachment.name)})
    attachment.save(force_insert=True)


def _sweep_batch(batch: Sequence[Attachment], now: datetime, cutoff: datetime) -> int:
    used = _used(batch)
    found = [attachment for attachment in batch if attachment.pk in used and attachment.unused_since]
    lost = [attachment for attachment in batch if attachment.pk not in used and not attachment.unused_since]
    Attachment.objects.filter(pk__in=[one.pk for one in found]).update(unused_since=None)
    Attachment.objects.filter(pk__in=[one.pk for one in lost]).update(unused_since=now)
    old = [one for one in batch if one.pk not in used and one.unused_since and one.unused_since < cutoff]
    for attachment in old:
        attachment.delete()
        attachment.file.delete(save=False)
    return len(old)


def _used(batch: Sequence[Attachment]) -> set[uuid.UUID]:
    """Those that their record has now; also those of a field that is hidden, whose values nobody can see."""
    used: set[uuid.UUID] = set()
    for entity, field in {(one.entity, one.field) for one in batch}:
        those = [one for one in batch if (one.entity, one.field) == (entity, field)]
        used |= _used_by(entity, field, those)
    return used


def _used_by(acronym: str, field: str, batch: Sequence[Attachment]) -> set[uuid.UUID]:
    generated = current.models()
    definition = generated.entity(acronym).field(field) if acronym in generated else None
    if definition is None or definition.type != "File":
        return {one.pk for one in batch}
    records = generated[acronym].objects.filter(pk__in={one.record_id for one in batch})
    values = (value for value in records.values_list(field, flat=True) if value)
    return {uuid.UUID(one["id"]) for value in values for one in value}
