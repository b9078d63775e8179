"""An upload is stored as a whole, the file and what is known of it, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files import File

from crm.worksheets.models import Worksheet


@contextmanager
def stored(worksheet: Worksheet, file: File[Any]) -> Iterator[None]:  # Any: bytes
    """The file lies in the storage while the block stores the rest; where that fails, it goes again."""
    worksheet.file.save(worksheet.name, file, save=False)
    try:
        yield
    except BaseException:
        worksheet.file.delete(save=False)
        raise
