"""Makes a worksheet that a command brought look to the review page like an uploaded one, with all that was chosen for it."""

from dataclasses import replace
from typing import Any

from crm.schema import fieldtypes
from crm.worksheets.formats.reading import reader
from crm.worksheets.formats.reading.reader import FileFormat
from crm.worksheets.importing.preparing import Prepared
from crm.worksheets.importing.upload_file import opened_file
from crm.worksheets.mapping.choices import FILE_CHOICES, ImportChoices
from crm.worksheets.mapping.inspection import Inspection, inspect


def stored_look(
    inspection: Inspection,
    found: FileFormat,
    start: ImportChoices,
    *,
    recipe: dict[str, Any] | None = None,  # Any: JSON values
) -> dict[str, Any]:
    """What the review remembers of a file: its cells, its format, and what was `chosen` of that."""
    chosen = {name: getattr(start, name) for name in FILE_CHOICES}
    return inspection.to_json() | {"format": found.to_json(), "chosen": chosen, "recipe": recipe}


def adopt(prepared: Prepared) -> None:
    """Inspects the file and stores the choices as the review states them; the rehearsal stays as it is."""
    worksheet, plan = prepared.worksheet, prepared.plan
    with opened_file(worksheet) as file:
        inspection = inspect(plan.headers, reader.rows_of(file, prepared.format))
    stated = _as_reviewed(prepared)
    worksheet.look, worksheet.choices = stored_look(inspection, prepared.format, stated), stated.to_json()
    worksheet.save(update_fields=["look", "choices"])


def _as_reviewed(prepared: Prepared) -> ImportChoices:
    """Every column is stated, with its own dates and decimals; the stored format stands for what was chosen of it."""
    plan = prepared.plan
    filled = {plan.headers[position]: plan.mapping.target(position) or name for position, name in plan.mapping.fields.items()}
    blank = {name: getattr(ImportChoices(), name) for name in FILE_CHOICES}
    ignored = [header for header in plan.headers if header not in filled]
    listed = {name: "true" for name in plan.fixed if name not in plan.choices.set}  # who is in a list joins its cluster
    choices = replace(plan.choices, map=filled, ignore=ignored, set=plan.choices.set | listed, **blank)
    for header, name in filled.items():
        field = plan.model.entity.field(name)
        ways = fieldtypes.get(field.type).reading_options if field else frozenset()
        own = choices.cells_of(header)
        if "dates" in ways:
            choices = choices.with_column(header, dates=own.dates)
        if "decimal" in ways:
            choices = choices.with_column(header, decimal=own.decimal)
    return choices
