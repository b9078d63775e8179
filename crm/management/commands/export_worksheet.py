"""Writes records into a worksheet: csv, xlsx, xls or ods, by the ending of its name."""

import time
from argparse import ArgumentParser, ArgumentTypeError
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localtime

from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.people.permissions import require
from crm.records import querying
from crm.rules.errors import RuleError
from crm.schema.generated import current
from crm.schema.record import Record
from crm.worksheets.errors import DoesNotFit, InvalidMapping
from crm.worksheets.exporting.columns import all_fields, columns_of
from crm.worksheets.exporting.export import DIRECTIONS, Export, ExportStream, sorted_by
from crm.worksheets.formats.writing import FORMATS, WriteFormat, write_whole


class Command(SiteCommand):
    help = __doc__
    refusals = (InvalidMapping, DoesNotFit, RuleError, OSError)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--entity", default="CL")
        parser.add_argument("--fields", action="append", default=[], metavar="a,b,rel.c")
        parser.add_argument("--where", default="", metavar="RULE", help="Only the records for which the rule holds.")
        parser.add_argument("--sort", type=sort_order, default="", metavar='"field ASC"')
        parser.add_argument("--raw", action="store_true", help="Do not guard text that a spreadsheet would run.")

        parser.add_argument(
            "--labels", nargs="?", const=settings.LANGUAGE_CODE,
            choices=[code for code, _name in settings.LANGUAGES], metavar="LANGUAGE",
            help="A second row with the names that people read.",
        )  # fmt: skip

    def run(self, actor: Actor, *, file: Path, entity: str, **options: Any) -> dict[str, Any]:  # Any: argparse's options
        require(actor, "export", entity)
        form = form_of(file)
        started = time.monotonic()
        with current.pinned() as generated:
            if entity not in generated:
                raise InvalidMapping(f"There is no entity {entity}.")
            export = self.asked(generated[entity], actor, options)
            with (
                translation.override(options["labels"] or translation.get_language()),
                closing(ExportStream(export, form)) as opened,
            ):
                write_whole(file, opened)
        record_event(actor, "export", subject=entity, details=opened.facts)
        self.as_of = opened.at
        return {"rows": opened.rows, "seconds": round(time.monotonic() - started, 3)}

    def asked(self, model: type[Record], actor: Actor, options: dict[str, Any]) -> Export:  # Any: argparse's options
        names = names_in(options["fields"]) or all_fields(model.entity, actor)
        columns = columns_of(model, names, actor=actor)
        asked = (
            querying.matching(model.objects.all(), options["where"], reader=actor) if options["where"] else model.objects.all()
        )
        return Export(sorted_by(asked, options["sort"]), columns, options["raw"], has_labels=bool(options["labels"]))

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        super().show(facts, as_json=as_json)
        if not as_json:
            self.stdout.write(f"as of: {localtime(self.as_of).isoformat(timespec='seconds')}")


def names_in(lists: list[str] | str) -> list[str]:
    """Of lists with commas, one for each time the option was given; of one list where code calls the command."""
    names = ",".join([lists] if isinstance(lists, str) else lists).split(",")
    return [name.strip() for name in names if name.strip()]


def sort_order(text: str) -> str:
    """`field`, `field ASC` or `field DESC`; anything else is bad usage."""
    name, _blank, direction = text.strip().partition(" ")
    if text and (not name or direction.strip().upper() not in {"", *DIRECTIONS}):
        raise ArgumentTypeError(f"“{text}” is not a field followed by {' or '.join(DIRECTIONS)}")
    return text.strip()


def form_of(file: Path) -> WriteFormat:
    """Raises InvalidMapping for a name that ends as no format does."""
    form = FORMATS.get(file.suffix.lower().removeprefix("."))
    if form is None:
        raise InvalidMapping(
            f"Worksheets are written as {', '.join(f'.{name}' for name in FORMATS)}; {file.name} is none of them."
        )
    return form
