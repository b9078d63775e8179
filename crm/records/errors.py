"""Why a write was refused."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from crm.local_numbers import local_number
from crm.schema.record import Record


class InvalidRecord(ValueError):
    """Values that a record refuses: a reason by field name (empty: of the whole record), for the person who typed them."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("; ".join(f"{name}: {reason}" if name else reason for name, reason in self.errors.items()))


def refuse(errors: Mapping[str, str]) -> None:
    """Raises InvalidRecord when there is a reason to."""
    if errors:
        raise InvalidRecord(errors)


def too_long_for_index(most: int) -> str:
    return _("The text is too long for an index over this field, which holds %s bytes.") % local_number(most)


class VersionConflict(Exception):
    """Someone saved the record since it was read. `current` is what is stored now, `values` what was to be written."""

    def __init__(self, current: Record, values: Mapping[str, Any]) -> None:  # Any: raw values as they came
        self.current, self.values = current, values
        super().__init__(_("Someone else has changed this record in the meantime."))


class RecordGone(Exception):
    """The record was deleted since it was read."""

    def __init__(self, record_id: str) -> None:
        self.record_id = record_id
        super().__init__(_("This record has been deleted."))


class StillReferred(Exception):
    """Other records refer to the one that was to be deleted: how many, by the name of their entity."""

    def __init__(self, counts: Mapping[str, int], *, most: int) -> None:
        self.counts, self.is_too_many = dict(counts), sum(counts.values()) > most
        listed = ", ".join(f"{entity}: {count}" for entity, count in self.counts.items())
        super().__init__(_("Other records refer to this one and would be left hanging (%s).") % listed)


class BadQuery(ValueError):
    """The address of a list with a parameter that it does not know; the message is for the reader.

    `parameter` is the part of the address that is at fault, where one is.
    """

    def __init__(self, reason: str, *, parameter: str = "") -> None:
        super().__init__(reason)
        self.parameter = parameter
