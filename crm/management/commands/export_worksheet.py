"""Writes records into a worksheet."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.people.rules import require
from crm.records import querying
from crm.rules.errors import RuleError
from crm.schema import current
from crm.worksheets import exporting
from crm.worksheets.errors import InvalidMapping


class Command(SiteCommand):
    help = __doc__
    refusals = (InvalidMapping, RuleError, OSError)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--entity", default="CL")
        parser.add_argument("--fields", default="", metavar="a,b")
        parser.add_argument("--where", default="", metavar="RULE", help="Only the records for which the rule holds.")
        parser.add_argument("--sort", default="", metavar='"field ASC"')
        parser.add_argument("--raw", action="store_true", help="Do not guard text that a spreadsheet would run.")

    def run(self, actor: Actor, *, file: Path, entity: str, **options: Any) -> dict[str, Any]:  # Any: argparse's options
        require(actor, "export", entity)
        if file.suffix.lower() != ".csv":
            raise InvalidMapping(f"Worksheets are written as .csv; {file.name} is not.")
        started = time.monotonic()
        with current.pinned() as generated:
            if entity not in generated:
                raise InvalidMapping(f"There is no entity {entity}.")
            model = generated[entity]
            fields = [name.strip() for name in options["fields"].split(",") if name.strip()] or exporting.all_fields(model.entity)
            exporting.check_fields(model.entity, fields)
            asked = (
                querying.matching(model.objects.all(), options["where"], reader=actor)
                if options["where"]
                else model.objects.all()
            )
            records = exporting.sorted_by(asked, options["sort"])
            with file.open("w", newline="", encoding="utf-8") as target:
                count = exporting.write_csv(target, records, fields, raw=options["raw"])
        record_event(actor, "export", subject=entity, details={"rows": count, "fields": fields})
        return {"rows": count, "seconds": round(time.monotonic() - started, 3)}
