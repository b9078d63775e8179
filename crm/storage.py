"""Where uploads, results and attachments lie."""

import errno
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """On a full disk a file is stored whole or not at all.

    Every name is given once, so that what is left of a file that broke off can be deleted and no other is.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        path = PurePosixPath(name)
        once = self.get_alternative_name(path.stem, path.suffix)
        return super().get_available_name(str(path.with_name(once)), max_length)

    def _save(self, name: str, content: File[Any]) -> str:  # Any: bytes or text
        try:
            stored = super()._save(name, content)  # type: ignore[misc]  # the stubs lack it
            _check_whole(self.size(stored), content)
        except BaseException:
            with suppress(OSError):
                self.delete(name)
            raise
        return stored


def _check_whole(size: int, content: File[Any]) -> None:
    """Django moves an upload to another disk by writes of which it does not ask how much was taken."""
    if content.size is not None and size < content.size:
        raise OSError(errno.ENOSPC, "The file is stored in part only")
