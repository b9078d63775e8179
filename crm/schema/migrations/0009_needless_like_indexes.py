"""The second index of each record's id, for LIKE: the first serves that too, as it is ordered byte by byte."""

from django.db import migrations

FOUND = r"""
SELECT indexname FROM pg_indexes
WHERE schemaname = current_schema() AND tablename LIKE 'record\_%' AND indexname LIKE 'record\_%\_id\_%\_like'
"""


def drop(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(FOUND)
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        schema_editor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")


class Migration(migrations.Migration):

    dependencies = [
        ("schema", "0008_fold_apostrophes"),
    ]

    operations = [
        migrations.RunPython(drop, migrations.RunPython.noop),
    ]
