"""The review of a wide worksheet of unknown headers: how long somebody waits for its guesses."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from crm.management.bench.measure import result, seconds
from crm.people.actors import Actor
from crm.schema.record import Record
from crm.worksheets.importing import purging
from crm.worksheets.models import Worksheet
from crm.worksheets.review import guesses, reviewing
from crm.worksheets.review.form import ReviewForm

NAMES = ("review",)
COLUMNS, ROWS, LIMIT = 1_000, 100, 1.0
TIMES = 3  # the quickest of so many


def measured(model: type[Record], folder: Path, rows: int, actor: Actor) -> Iterator[dict[str, Any]]:  # noqa: ARG001  # as all measures
    """The file is inspected and proposed, and its guesses are put into words with their controls; `rows` are its columns."""
    with _wide_worksheet(actor) as worksheet:
        yield result("review", COLUMNS, min(seconds(lambda: _review(worksheet)) for _time in range(TIMES)), LIMIT)


def _review(worksheet: Worksheet) -> None:
    reviewing.begin(worksheet)
    review = reviewing.open_review(worksheet)
    list(guesses.guesses(review, ReviewForm(review=review)))


@contextmanager
def _wide_worksheet(actor: Actor) -> Iterator[Worksheet]:
    """An upload for customers, of which nothing is imported."""
    beginnings = ("unknown heading", *(f"value {row} of" for row in range(ROWS)))
    content = "\n".join(";".join(f"{text} {n}" for n in range(COLUMNS)) for text in beginnings).encode()
    worksheet = Worksheet(entity="CL", name="wide.csv", created_by=actor.user)
    worksheet.file.save(worksheet.name, ContentFile(content), save=False)
    worksheet.save()
    try:
        yield worksheet
    finally:
        purging.discard(worksheet)
