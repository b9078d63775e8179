"""Adds a field to an entity's draft and publishes it."""

from argparse import ArgumentParser
from typing import Any

from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.records.backfilling import numbers
from crm.schema import errors
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing, new_fields
from crm.schema.models import DataEntity
from crm.schema.publishing import draft_and_publish


class Command(SiteCommand):
    help = __doc__
    refusals = (errors.SchemaRefusal,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("entity")
        parser.add_argument("name")
        parser.add_argument("type")
        parser.add_argument("--label", default="")
        parser.add_argument("--required", action="store_true")
        parser.add_argument("--unique", action="store_true")
        parser.add_argument("--default")
        parser.add_argument("--option", action="extend", nargs="+", default=[], metavar="k=v")
        parser.add_argument("--no-filter", action="store_true")
        parser.add_argument("--no-search", action="store_true")
        parser.add_argument("--no-publish", action="store_true")

    def run(self, actor: Actor, *, entity: str, **options: Any) -> dict[str, Any]:  # Any: argparse's options
        require(actor, "schema", entity)
        drafted = DataEntity.objects.filter(acronym=entity).first()
        if drafted is None:
            raise errors.InvalidField(f"There is no entity {entity}.")
        definition = self.definition(**options)
        if options["no_publish"]:
            editing.add_field(drafted, definition)
            publication = None
        else:
            publication = draft_and_publish.add_and_publish_draft(drafted, definition, by=actor, patience=self.patience()).number
            numbers.finish(entity)
        return {"entity": entity, "field": definition.name, "type": definition.type, "publication": publication}

    def definition(self, **options: Any) -> FieldDefinition:  # Any: argparse's options
        return new_fields.new_definition(
            options["name"],
            options["type"],
            label=options["label"],
            required=options["required"],
            unique=options["unique"],
            default=options["default"],
            filterable=not options["no_filter"],
            searchable=not options["no_search"],
            options=new_fields.options_from_pairs(options["option"]),
        )
