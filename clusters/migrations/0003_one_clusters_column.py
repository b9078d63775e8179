"""Stored forms list all clusters as one column and one filter, where they listed the first of them one by one."""

from django.db import migrations

ONE = "_clusters"


def gather(apps, schema_editor):
    clusters = own_fields(apps)
    for kind, design_of in (("Form", lambda row: row.design), ("FormVersion", lambda row: row.document.get("design"))):
        for row in apps.get_model("schema", kind).objects.select_related("entity"):
            gather_in(row, design_of(row), clusters.get(row.entity.acronym, set()))


def own_fields(apps):
    """The fields of clusters in use by entity; the field of a tier is an ordinary one."""
    fields = apps.get_model("schema", "Field").objects.filter(type__in=["Boolean", "Rule"])
    own = set(fields.values_list("entity__acronym", "name"))
    found = {}
    for entity, field in apps.get_model("clusters", "Cluster").objects.filter(archived_at=None).values_list("entity", "field"):
        if (entity, field) in own:
            found.setdefault(entity, set()).add(field)
    return found


def gather_in(row, design, clusters):
    if not design or not (clusters & {*(each["field"] for each in design.get("list_columns", [])), *design.get("filters", [])}):
        return
    columns = [{"field": ONE, "width": 0} if each["field"] in clusters else each for each in design.get("list_columns", [])]
    design["list_columns"] = first_of_each(columns)
    design["filters"] = list(dict.fromkeys(ONE if name in clusters else name for name in design.get("filters", [])))
    row.save()


def first_of_each(columns):
    found = {}
    for column in columns:
        found.setdefault(column["field"], column)
    return list(found.values())


class Migration(migrations.Migration):

    dependencies = [("clusters", "0002_cluster_life"), ("schema", "0009_needless_like_indexes")]

    # Backwards nothing: an earlier release leaves out what it does not know.
    operations = [migrations.RunPython(gather, migrations.RunPython.noop)]
