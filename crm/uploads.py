"""What a browser sends while there is no room for it: the rest of the form is read all the same, and the form says so."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils.translation import gettext as _

from crm.jobs import failures

View = TypeVar("View", bound=Callable[..., Any])  # Any: a view's own arguments


def accept_files(view: View) -> View:
    """Marks a view whose address takes bodies of up to MAX_UPLOAD_MB."""
    view.accepts_files = True  # type: ignore[attr-defined]
    return view


def takes_files(view: Callable[..., Any]) -> bool:  # Any: as above
    return getattr(view, "accepts_files", False)


class NotStored(UploadedFile):
    """Stands for a file that could not be put down, and knows why."""

    def __init__(self, name: str | None, *, size: int, reason: OSError) -> None:
        super().__init__(BytesIO(), name, size=size)
        self.reason = reason


class RoomyUpload(TemporaryFileUploadHandler):
    """Django's own fails while the form is read, which is in a middleware: no page could tell."""

    refusal: OSError | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # Any: Django's own
        self.refusal = None
        with self._heeding():
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.refusal is None:
            with self._heeding():
                super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self.refusal is None:
            with self._heeding():
                return super().file_complete(file_size)
        return NotStored(self.file_name, size=file_size, reason=self.refusal)

    def upload_interrupted(self) -> None:
        if self.refusal is None:
            super().upload_interrupted()

    @contextmanager
    def _heeding(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.refusal = error
            with suppress(OSError, AttributeError):  # there may be none; and what it holds is written once more
                self.file.close()


def refusal(files: Iterable[UploadedFile]) -> str:
    """Why one of them was not put down, as a sentence; nothing when all were."""
    return next((not_stored(file.reason, file.name) for file in files if isinstance(file, NotStored)), "")


def not_stored(error: Exception, name: str | None) -> str:
    """What a person is told of a file that could not be stored."""
    if failures.is_full(error):
        said = _(
            "The disk is full: there was no room for “%(name)s”, and nothing of it "
            "is kept. Ask who minds this site to make room, then send it again."
        )
        return said % {"name": name}
    said = _(
        "“%(name)s” could not be stored (%(reason)s), and nothing of it is kept. Ask who minds this site, then send it again."
    )
    return said % {"name": name, "reason": getattr(error, "strerror", None) or type(error).__name__}
