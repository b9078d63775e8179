"""Search finds apostrophes whatever their shape: the folding function anew, and the indexes that hold what it gave."""

from django.db import migrations

from crm.rules.database_functions import postgresql_function

INDEXES = {
    "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexdef LIKE '%crm_fold(%'",
    "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '%crm_fold(%'",
}
REINDEX = {"postgresql": 'REINDEX INDEX "{}"', "sqlite": 'REINDEX "{}"'}


def fold_anew(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        schema_editor.execute(postgresql_function())
    with connection.cursor() as cursor:
        cursor.execute(INDEXES[connection.vendor])
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        schema_editor.execute(REINDEX[connection.vendor].format(name))


class Migration(migrations.Migration):

    dependencies = [
        ("schema", "0007_form_role"),
    ]

    operations = [
        migrations.RunPython(fold_anew, migrations.RunPython.noop),
    ]
