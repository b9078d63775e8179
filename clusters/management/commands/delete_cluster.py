"""Takes a cluster out of the catalogue; its field stays, unless it is to be removed as well."""

from argparse import ArgumentParser
from typing import Any

from clusters.catalogue import lookup
from clusters.catalogue.deleting import delete_cluster
from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.schema import errors
from crm.schema.generated import current


class Command(SiteCommand):
    help = __doc__
    refusals = (lookup.InvalidCluster, errors.SchemaRefusal)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--with-field", action="store_true", help="Remove its field, too; its values are kept until a purge.")

    def run(self, actor: Actor, *, name: str, with_field: bool, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        delete_cluster(lookup.named(name), by=actor, with_field=with_field, patience=self.patience())
        return {"cluster": name, "publication": current.newest().number}
