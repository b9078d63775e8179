"""The function that search compares text with; SQLite connections get theirs when they open."""

from django.db import migrations

from crm.rules.database_functions import drop_postgresql_function, postgresql_function


def install(apps, schema_editor):
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute(postgresql_function())


def uninstall(apps, schema_editor):
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute(drop_postgresql_function())


class Migration(migrations.Migration):

    dependencies = [
        ('schema', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(install, uninstall),
    ]
