"""The file of an upload: stored, and opened again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _

from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.models import Worksheet


@contextmanager
def stored(worksheet: Worksheet, file: File[Any]) -> Iterator[None]:  # Any: bytes
    """The file is in the storage while the block stores the rest of the worksheet; if that fails, the file is deleted."""
    worksheet.file.save(worksheet.name, file, save=False)
    try:
        yield
    except BaseException:
        worksheet.file.delete(save=False)
        raise


def opened_file(worksheet: Worksheet) -> File[bytes]:
    """The upload, to be read and closed. Raises UnreadableWorksheet where it is gone: purged, or lost with its storage."""
    try:
        worksheet.file.open("rb")
    except (FileNotFoundError, ValueError):  # ValueError: there never was one, or it is purged
        raise UnreadableWorksheet(_("The uploaded file is not there any more. Upload it again.")) from None
    return worksheet.file  # type: ignore[return-value]  # Django's FieldFile is one
