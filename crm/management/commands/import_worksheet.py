"""Imports a worksheet in this process."""

import time
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction

from crm.jobs import control
from crm.management.command import NotDone, SiteCommand
from crm.management.progress import ProgressLine
from crm.management.stopped import refuse_stopped
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.schema.generated import current
from crm.worksheets.errors import InvalidMapping, NothingWritten, UnreadableWorksheet
from crm.worksheets.importing import preparing, rehearsing, report, upload_file
from crm.worksheets.importing.import_jobs import prepare_import
from crm.worksheets.mapping import recipes
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.mapping.limit import Limit
from crm.worksheets.mapping.stated import Stated, with_spelling
from crm.worksheets.models import Recipe, Worksheet
from crm.worksheets.review import questions, reviewing

MOST_LEAVE = "20%"  # of a cluster that the worksheet replaces, unless stated otherwise
LIMITS = {
    "max_refused": "Rows that may be refused",
    "max_leave": "Records that may leave the cluster that is replaced",
    "max_changed": "Records that may be created, changed or leave",
}
WITH_DEFAULT = ("empty", "empty_key", "duplicates")  # options that a recipe decides where they are not stated


class Command(SiteCommand):
    help = __doc__
    refusals = (UnreadableWorksheet, InvalidMapping, control.JobBusy, OSError)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--entity", help="Its acronym; CL unless a recipe says otherwise.")
        parser.add_argument(
            "--recipe", default="", metavar="NAME", help="Reads it as the page did: its name, or a number of a worksheet."
        )
        parser.add_argument("--sheet", default="", help="Its name, or its number; else the first that is not empty.")
        parser.add_argument("--header", type=int, metavar="ROW", help="The row that names the columns; 0: none does.")
        parser.add_argument(
            "--labels",
            choices=["yes", "no"],
            default="",
            help="Whether the row below the headers holds the labels of the fields.",
        )
        parser.add_argument("--mode", choices=["upsert", "create", "update"], default="upsert")
        for option, metavar in (("--key", "FIELD"), ("--map", "HEADER=FIELD"), ("--set", "FIELD=VALUE"), ("--ignore", "HEADER")):
            parser.add_argument(option, action="extend", nargs="+", default=[], metavar=metavar)
        parser.add_argument("--replace", default="", metavar="FIELD", help="Who is not in the worksheet loses this Boolean.")
        parser.add_argument("--empty", choices=["keep", "clear"], help="What an empty cell does; keep unless stated.")
        parser.add_argument(
            "--empty-key",
            choices=["skip", "create"],
            help="What becomes of rows without a key, or that look like totals; skip unless stated. "
            "With key id and mode create a row without an id makes a record.",
        )
        parser.add_argument("--duplicates", choices=["refuse", "first", "last"], help="refuse unless stated.")
        parser.add_argument("--dates", choices=["iso", "dmy", "mdy"], help="iso unless stated.")
        parser.add_argument("--decimal", choices=[".", ","], help="A point unless stated.")
        parser.add_argument("--encoding", default="")
        parser.add_argument("--delimiter", default="")
        for name, meaning in LIMITS.items():
            limit = f"--{name.replace('_', '-')}"
            parser.add_argument(
                limit,
                type=limit_text,
                metavar="N",
                help=f"{meaning}, a number or a share such as 5%%; beyond, nothing is written.",
            )
        parser.add_argument("--errors", type=Path, metavar="FILE")
        for flag in ("--dry-run", "--atomic", "--allow-consent"):
            parser.add_argument(flag, action="store_true")
        parser.add_argument("--guess", action="store_true", help="Takes what the review page would propose for the rest.")

    def run(self, actor: Actor, *, file: Path, **options: Any) -> dict[str, Any]:  # Any: argparse's options
        recipe = recipes.recipe_named(options["recipe"]) if options["recipe"] else None
        options["entity"] = options["entity"] or (recipe.entity if recipe else "CL")
        require(actor, "import", options["entity"])
        worksheet = self.uploaded(actor, file, options, recipe)
        if options["dry_run"]:
            self.rehearse_now(worksheet, options["errors"])
        else:
            self.import_now(worksheet, actor, options["errors"])
        refuse_stopped(worksheet, is_rehearsal=options["dry_run"])
        return report.facts(worksheet)

    def rehearse_now(self, worksheet: Worksheet, errors: Path | None) -> None:
        started = time.monotonic()
        with current.pinned():
            prepared = preparing.prepare(worksheet)
            rehearsing.rehearse_only(prepared)
        worksheet.seconds = time.monotonic() - started  # shown, not stored: an import adds up its own
        if errors:
            report.write_error_worksheet(prepared, errors)

    def import_now(self, worksheet: Worksheet, actor: Actor, errors: Path | None) -> None:
        progress = ProgressLine(self.stderr)
        try:
            control.run_here(prepare_import(worksheet, by=actor), on_progress=progress)
        except NothingWritten as refusal:
            self.write_errors(worksheet, errors)
            raise NotDone(str(refusal), report.facts(worksheet)) from refusal
        finally:
            progress.end()
        self.write_errors(worksheet, errors)

    def write_errors(self, worksheet: Worksheet, errors: Path | None) -> None:
        worksheet.refresh_from_db()
        if errors:
            report.write_error_worksheet(preparing.prepare(worksheet), errors)

    def uploaded(self, actor: Actor, file: Path, options: dict[str, Any], recipe: Recipe | None) -> Worksheet:
        if options["entity"] not in current.models():
            raise InvalidMapping(f"There is no entity {options['entity']}.")
        if not file.is_file():
            raise UnreadableWorksheet(f"There is no file {file}.")
        choices = self.choices(options)
        with file.open("rb") as source:
            worksheet = Worksheet(entity=options["entity"], name=file.name, created_by=actor.user)
            with upload_file.stored(worksheet, File(source)):
                chosen = self.by_recipe(worksheet, recipe, choices, options) if recipe else choices
                worksheet.choices = with_limits(chosen).to_json()
                self.propose(worksheet, chosen, options) if options["guess"] else worksheet.save()
        return worksheet

    @transaction.atomic
    def propose(self, worksheet: Worksheet, choices: ImportChoices, options: dict[str, Any]) -> None:
        """As the review page does. Raises InvalidMapping with the questions that the page would ask."""
        stated = Stated(
            choices, bool(options["key"]), options["dates"] or "", options["decimal"] or "", frozenset(explicit(options))
        )
        worksheet.save()
        reviewing.begin(worksheet, use_recipe=not options["recipe"], stated=stated)
        worksheet.choices = with_limits(ImportChoices.from_json(worksheet.choices)).to_json()
        worksheet.save(update_fields=["choices"])
        review = reviewing.open_review(worksheet)
        if open_questions := list(questions.in_words(review, is_key_stated=bool(options["key"] or options["recipe"]))):
            raise InvalidMapping(" ".join(open_questions))

    def by_recipe(self, worksheet: Worksheet, recipe: Recipe, choices: ImportChoices, options: dict[str, Any]) -> ImportChoices:
        if recipe.entity != worksheet.entity:
            raise InvalidMapping(f"The recipe {recipe} is for {recipe.entity}.")
        worksheet.cluster = recipe.cluster
        with upload_file.opened_file(worksheet) as source:
            _format, headers = preparing.read_head(source, choices, current.models()[worksheet.entity])
        chosen = replace(recipes.stated_over(recipe, headers, choices), **explicit(options))
        entity = current.models().entity(worksheet.entity)
        return with_spelling(chosen, entity, dates=options["dates"] or "", decimal=options["decimal"] or "")

    def choices(self, options: dict[str, Any]) -> ImportChoices:
        names = ("mode", "ignore", "replace", "encoding", "delimiter", "sheet", "header", "labels", "atomic", "allow_consent")
        named = {name: options[name] for name in names} | explicit(options)
        return ImportChoices(
            keys=options["key"] or ["id"],
            map=pairs(options["map"], divided_by_last=True),
            set=pairs(options["set"]),
            dates=options["dates"] or "iso",
            decimal=options["decimal"] or ".",
            is_grouped=options["decimal"] is not None,
            **named,
        )


def limit_text(stated: str) -> str:
    """An empty one, as of a variable that is not set, would be no limit at all."""
    if not stated.strip():
        raise ArgumentTypeError("state a number or a share such as 5%")
    return stated


def explicit(options: dict[str, Any]) -> dict[str, Any]:  # Any: argparse's options
    """What is stated of `WITH_DEFAULT` and of the limits, also where it is the default: a recipe does not replace it."""
    return {name: options[name] for name in (*WITH_DEFAULT, *LIMITS) if options[name] is not None}


def with_limits(choices: ImportChoices) -> ImportChoices:
    """Raises InvalidMapping for what is no limit."""
    if choices.replace and not choices.max_leave:
        choices = replace(choices, max_leave=MOST_LEAVE)
    for name in LIMITS:
        if text := getattr(choices, name):
            Limit.parse(text)
    return choices


def pairs(texts: list[str], *, divided_by_last: bool = False) -> dict[str, str]:
    """`a=b` pairs; the last `=` divides a header from its field, the first a field from its value: the others may hold one."""
    made = {}
    for text in texts:
        left, found, right = text.rpartition("=") if divided_by_last else text.partition("=")
        if not found:
            raise InvalidMapping(f"“{text}” is not written as name=value.")
        made[left] = right
    return made
