"""The catalogue as a part of the schema file."""

import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Cluster
from crm.extensions import SchemaPart
from crm.people.actors import Actor
from crm.rules.errors import RuleError
from crm.rules.parsing import parse
from crm.rules.tree import Comparison
from crm.schema.errors import InvalidSchemaFile

SETTINGS = ("labels", "description", "entity", "field", "rule", "colour", "kept_in", "kept_out")
KINDS = {
    "name": str, "labels": dict, "description": str, "entity": str, "field": str, "rule": str, "colour": int, "archived": bool,
    "kept_in": str, "kept_out": str,
}  # fmt: skip


def document() -> list[dict[str, Any]]:  # Any: JSON values
    return [_row(cluster) for cluster in Cluster.objects.all()]


def take_over(rows: list[dict[str, Any]], by: Actor) -> list[str]:  # Any: JSON values
    return [sentence for row in rows if (sentence := _import_row(_checked(_completed(row)), by))]


def fields(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:  # Any: JSON values
    """Entity and field of each cluster in use; rows of another shape are refused when they are taken over."""
    return {(str(row.get("entity", "CL")), str(row.get("field"))) for row in rows if not row.get("archived")}


PART = SchemaPart(document, take_over, fields)


def _row(cluster: Cluster) -> dict[str, Any]:  # Any: JSON values
    settings = {name: getattr(cluster, name) for name in SETTINGS}
    return {"name": cluster.name, **settings, "archived": cluster.archived_at is not None}


def _import_row(row: dict[str, Any], by: Actor) -> str:
    cluster = Cluster.objects.filter(name=row["name"]).first()
    if cluster is None:
        archived_at = timezone.now() if row["archived"] else None
        settings = {name: row[name] for name in SETTINGS}
        Cluster.objects.create(name=row["name"], owner=by.user, archived_at=archived_at, **settings)
        return _("Make the cluster %s.") % row["name"]
    if _row(cluster) == row:
        return ""
    kept = (cluster.archived_at or timezone.now()) if row["archived"] else None
    Cluster.objects.filter(pk=cluster.pk).update(archived_at=kept, **{name: row[name] for name in SETTINGS})
    return _("Change the cluster %s.") % row["name"]


def _completed(row: dict[str, Any]) -> dict[str, Any]:
    """A file of an earlier release has no description, no rule (a cluster was a field that is true), and does not
    know of pins."""
    there = Cluster.objects.filter(name=str(row.get("name"))).first() or Cluster()
    pins = {"kept_in": there.kept_in, "kept_out": there.kept_out}
    return {"description": "", "archived": False, **pins, "rule": f"{row.get('field')}=true", **row}


def _checked(row: dict[str, Any]) -> dict[str, Any]:
    wrong = [name for name, kind in KINDS.items() if not isinstance(row.get(name), kind)]
    if not wrong and not _asks_for_one_value(row["rule"], row["field"]):
        wrong = ["rule"]
    wrong += [name for name in ("kept_in", "kept_out") if not wrong and not re.fullmatch(r"\w{0,50}", row[name])]
    if wrong:
        message = _("Cluster %(name)s: “%(setting)s” is missing or wrong.")
        raise InvalidSchemaFile(message % {"name": str(row.get("name"))[:50], "setting": wrong[0]})
    return {name: row[name] for name in KINDS}


def _asks_for_one_value(rule: str, field: str) -> bool:
    """Return True for `Dealers=true` or `tier=Gold` of this field."""
    try:
        tree = parse(rule)
    except RuleError:
        return False
    is_value = isinstance(tree, Comparison) and tree.operator == "=" and not tree.value.has_wildcard
    return is_value and str(tree.field) == field  # type: ignore[union-attr]  # a comparison, as just asked
