"""The review of an uploaded worksheet: inspected, proposed, changed and rehearsed, until somebody decides."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db import DatabaseError, transaction

from crm.extensions import ClusterChip, extensions
from crm.jobs import failures, locking
from crm.jobs.models import Job
from crm.people.actors import Actor
from crm.people.naming import OPERATOR
from crm.schema.definitions import EntityDefinition
from crm.schema.generated import current
from crm.schema.record import Record
from crm.worksheets.errors import InvalidMapping, NoRoom, NothingWritten, UnreadableWorksheet
from crm.worksheets.formats.reading import reader
from crm.worksheets.formats.reading.reader import FileFormat
from crm.worksheets.importing import adopting, import_jobs, limits, preparing, rehearsing, run_outcomes
from crm.worksheets.importing.upload_file import opened_file
from crm.worksheets.mapping import guessing, recipes
from crm.worksheets.mapping.choices import FILE_CHOICES, ImportChoices
from crm.worksheets.mapping.column_plan import plan_columns
from crm.worksheets.mapping.column_proposals import ColumnProposals, propose_columns
from crm.worksheets.mapping.inspection import Inspection, inspect
from crm.worksheets.mapping.stated import Stated
from crm.worksheets.models import Recipe, Worksheet, WorksheetState

AT_ONCE = 5_000  # rows: with fewer, the request waits for the result
REFUSALS = (UnreadableWorksheet, InvalidMapping, NothingWritten, NoRoom)


@dataclass(frozen=True)
class Review:
    """A worksheet, the inspection of its cells, and what is chosen for it."""

    worksheet: Worksheet
    model: type[Record]
    choices: ImportChoices
    inspection: Inspection

    @property
    def questions(self) -> list[guessing.Question]:
        return guessing.questions(self.choices, self.inspection, self.model.entity)

    @property
    def rivals(self) -> dict[str, list[str]]:
        """By field that nothing fills, the headers of columns that mean it alike."""
        found: dict[str, list[str]] = self.worksheet.look.get("open", {}).get("rivals", {})
        filled = set(self.choices.map.values())
        return {
            name: headers for name, headers in found.items() if name not in filled and not set(headers) & set(self.choices.map)
        }

    @property
    def is_settled(self) -> bool:
        """Return True if nothing is asked any more."""
        return not self.questions and not self.rivals and not self.format.text.unclear

    @property
    def full_names(self) -> list[str]:
        """The headers of columns of whole names that fill nothing."""
        found: list[str] = self.worksheet.look.get("open", {}).get("full_names", [])
        return [header for header in found if header not in self.choices.map]

    @property
    def unfit(self) -> dict[str, str]:
        """By header of a column that fills nothing, the field that cannot read its cells."""
        found: dict[str, str] = self.worksheet.look.get("open", {}).get("unfit", {})
        return {header: name for header, name in found.items() if header not in self.choices.map}

    @property
    def format(self) -> FileFormat:
        return FileFormat.from_json(self.worksheet.look["format"])

    @cached_property
    def clusters(self) -> Mapping[str, ClusterChip]:
        """The clusters of the entity by their field, in the order of the catalogue."""
        return extensions.cluster_fields(self.model.entity.acronym)

    @property
    def recipe(self) -> dict[str, Any] | None:  # Any: JSON values
        return self.worksheet.look.get("recipe")


def open_review(worksheet: Worksheet) -> Review:
    model, inspection = current.models()[worksheet.entity], Inspection.from_json(worksheet.look)
    return Review(worksheet, model, _in_order(ImportChoices.from_json(worksheet.choices), inspection, model.entity), inspection)


def _in_order(choices: ImportChoices, inspection: Inspection, entity: EntityDefinition) -> ImportChoices:
    """Columns as they stand in the file, values for all rows as the entity has its fields: JSON keeps no order."""
    fields = [field.name for field in entity.visible_fields if field.name in choices.set]
    rest = [name for name in choices.set if name not in fields]
    return replace(
        choices,
        map={header: choices.map[header] for header in inspection.headers if header in choices.map},
        set={name: choices.set[name] for name in [*fields, *rest]},
    )


def begin(worksheet: Worksheet, *, use_recipe: bool = True, stated: Stated | None = None) -> None:
    """Inspects the file and proposes how to read it: as the last worksheet of these columns was read, with `use_recipe`.

    What is `stated` is no part of the proposal. Raises UnreadableWorksheet, and InvalidMapping for what is stated.
    """
    start, held = ImportChoices.from_json(worksheet.choices), limits.held_limits(worksheet)
    with opened_file(worksheet) as file:
        found, headers = preparing.read_head(file, start, current.models()[worksheet.entity])
        inspection = inspect(headers, reader.rows_of(file, found))
    recipe = recipes.recipe_for(worksheet, headers) if use_recipe else None
    proposed = recipe and _from_recipe(worksheet, recipe, inspection, start, stated)
    used = _recipe_to_json(recipe) if recipe and proposed else None
    worksheet.look = adopting.stored_look(inspection, found, start, recipe=used) | {"by_command": stated is not None}
    columns = _columns(worksheet, inspection, stated)
    worksheet.look["open"] = columns.to_json(inspection.headers)
    if proposed:
        _settle(worksheet, worksheet.look["open"]["rivals"])  # what was left open the last time stays so
    worksheet.look["held"] = (proposed.limits if proposed else {}) | held
    choices = proposed or _guess(worksheet, inspection, start, columns, stated)
    worksheet.look["proposed_mode"] = choices.mode
    _propose(worksheet, replace(choices, **worksheet.look["held"]))


def change(worksheet: Worksheet, choices: ImportChoices, *, unfilled: Collection[str] = ()) -> None:
    """Takes over what a person chose. Another format of the file is another worksheet: it is inspected again.

    `unfilled` are fields that none of the columns that could is to fill. Raises UnreadableWorksheet.
    """
    _settle(worksheet, unfilled)
    worksheet.look["held"] = {name: text for name, text in choices.limits.items() if name in limits.held_limits(worksheet)}
    stated = {name: getattr(choices, name) for name in FILE_CHOICES}
    if stated == worksheet.look["chosen"]:
        entity = current.models().entity(worksheet.entity)
        keyed = guessing.with_key_guessed(choices, entity)
        _propose(worksheet, guessing.with_cells_guessed(keyed, Inspection.from_json(worksheet.look), entity))
        return
    worksheet.choices = ImportChoices(**stated).to_json()
    begin(worksheet)


def rehearse(worksheet: Worksheet, *, by: Actor) -> Job | None:
    """At once if that is quick, else by a worker. Raises UnreadableWorksheet, InvalidMapping, NoRoom."""
    if not is_quick(worksheet) or locking.is_held(import_jobs.lock_name(worksheet.entity)):
        return import_jobs.start_rehearsal(worksheet, by=by)
    try:
        with (
            locking.held(f"worksheet-{worksheet.number}"),
            run_outcomes.rehearsal_outcome(worksheet),
        ):  # two tabs would stage into one table
            rehearsing.rehearse_in_detail(preparing.prepare(worksheet))
    except (OSError, DatabaseError) as error:
        if failures.is_full(error):
            raise NoRoom(failures.describe(error)) from error
        raise
    return None


def is_quick(worksheet: Worksheet) -> bool:
    """Return True if it has few rows, and few records would leave."""
    is_short = worksheet.look.get("is_whole", False) and worksheet.look["rows"] < AT_ONCE
    return is_short and worksheet.tally.leaving < AT_ONCE


def _settle(worksheet: Worksheet, fields: Collection[str]) -> None:
    """These fields are not asked about any more."""
    found = worksheet.look.get("open", {})
    found["rivals"] = {name: headers for name, headers in found.get("rivals", {}).items() if name not in fields}


def _propose(worksheet: Worksheet, choices: ImportChoices) -> None:
    worksheet.choices, worksheet.state, worksheet.job, worksheet.problem = choices.to_json(), WorksheetState.UPLOADED, None, ""
    worksheet.counts, worksheet.rehearsal, worksheet.released = {}, {}, {}
    with transaction.atomic():
        worksheet.save()
        worksheet.row_errors.all().delete()
        worksheet.left_out_cells.all().delete()


def _from_recipe(
    worksheet: Worksheet, recipe: Recipe, inspection: Inspection, start: ImportChoices, stated: Stated | None
) -> ImportChoices | None:
    """None when it no longer fits, as when a field is gone. For a command that did not name the recipe it sets no limits."""
    model, choices = current.models()[worksheet.entity], recipes.choices_of(recipe, inspection.headers, now=start)
    choices = guessing.without_contradicted_cells(choices, inspection)
    choices = stated.over(choices.with_limits({}), model.entity) if stated else choices
    try:
        plan_columns(model, choices, inspection.headers)
    except InvalidMapping:
        return None
    return guessing.with_cells_guessed(choices, inspection, model.entity)


def _columns(worksheet: Worksheet, inspection: Inspection, stated: Stated | None) -> ColumnProposals:
    entity = current.models().entity(worksheet.entity)
    fields = stated.fields(inspection.headers) if stated else {}
    return propose_columns(inspection, entity, former=recipes.former_fields(entity), stated=fields)


def _guess(
    worksheet: Worksheet, inspection: Inspection, start: ImportChoices, columns: ColumnProposals, stated: Stated | None
) -> ImportChoices:
    return guessing.guess(
        current.models()[worksheet.entity],
        inspection,
        cluster=worksheet.cluster,
        former={},
        start=start,
        proposals=columns,
        stated=stated,
    )


def _recipe_to_json(recipe: Recipe) -> dict[str, Any]:  # Any: JSON values
    return {"worksheet": recipe.worksheet, "used_at": recipe.used_at.isoformat(), "by": str(recipe.created_by or OPERATOR)}
