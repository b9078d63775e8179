from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.files.base import ContentFile

from crm.jobs import control
from crm.worksheets.importing.import_jobs import prepare_import
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.models import Worksheet


@dataclass(frozen=True)
class Imported:
    """What came of an import: counts that are not zero, and the refused rows in full."""

    worksheet: Worksheet
    counts: dict[str, int]
    errors: list[tuple[int, str, str, str]]


@pytest.fixture(autouse=True)
def _own_locks(settings, tmp_path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def upload(admin) -> Callable[..., Worksheet]:
    """Stores text or bytes as an uploaded worksheet, with choices."""

    def uploaded(content: str | bytes, *, entity: str = "CL", key: str = "id", **choices) -> Worksheet:
        content = content.encode() if isinstance(content, str) else content
        worksheet = Worksheet(
            entity=entity, name="list.csv", choices=ImportChoices(keys=key.split(), **choices).to_json(), created_by=admin.user
        )
        worksheet.file.save("list.csv", ContentFile(content), save=False)
        worksheet.save()
        return worksheet

    return uploaded


@pytest.fixture
def import_text(upload, admin) -> Callable[..., Imported]:
    """Imports text or bytes as a worker would."""

    def imported(content: str | bytes, **choices) -> Imported:
        worksheet = upload(content, **choices)
        control.run_here(prepare_import(worksheet, by=admin))
        return outcome(worksheet)

    return imported


def outcome(worksheet: Worksheet) -> Imported:
    worksheet.refresh_from_db()
    names = ("rows", "created", "updated", "unchanged", "errors", "skipped")
    counts = {name: worksheet.counts[name] for name in names}
    assert counts["rows"] == sum(counts.values()) - counts["rows"]
    errors = list(worksheet.row_errors.values_list("row", "column", "value", "reason"))
    return Imported(worksheet, {name: count for name, count in counts.items() if count}, errors)
