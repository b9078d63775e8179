"""The catalogue as a part of the schema file."""

from typing import Any

from django.utils.translation import gettext as _

from clusters.models import Cluster
from crm.extensions import SchemaPart
from crm.people.actors import Actor
from crm.schema.errors import InvalidSchemaFile

SETTINGS = ("labels", "entity", "field", "colour")
KINDS = {"name": str, "labels": dict, "entity": str, "field": str, "colour": int}


def document() -> list[dict[str, Any]]:  # Any: JSON values
    return [{"name": cluster.name, **{name: getattr(cluster, name) for name in SETTINGS}} for cluster in Cluster.objects.all()]


def take_over(rows: list[dict[str, Any]], by: Actor) -> list[str]:  # Any: JSON values
    return [sentence for row in rows if (sentence := _import_row(_checked(row), by))]


PART = SchemaPart(document, take_over)


def _import_row(row: dict[str, Any], by: Actor) -> str:
    cluster = Cluster.objects.filter(name=row["name"]).first()
    settings = {name: row[name] for name in SETTINGS}
    if cluster is None:
        Cluster.objects.create(name=row["name"], owner=by.user, **settings)
        return _("Make the cluster %s.") % row["name"]
    if all(getattr(cluster, name) == value for name, value in settings.items()):
        return ""
    Cluster.objects.filter(pk=cluster.pk).update(**settings)
    return _("Change the cluster %s.") % row["name"]


def _checked(row: dict[str, Any]) -> dict[str, Any]:
    if wrong := [name for name, kind in KINDS.items() if not isinstance(row.get(name), kind)]:
        message = _("Cluster %(name)s: “%(setting)s” is missing or wrong.")
        raise InvalidSchemaFile(message % {"name": str(row.get("name"))[:50], "setting": wrong[0]})
    return row
