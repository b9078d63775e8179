from django.db import migrations, models
from django.utils import timezone

from crm.records.history.partitions import TABLE, create_partitioned_table


def create_history(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        create_partitioned_table(schema_editor.connection)
    else:
        schema_editor.create_model(apps.get_model("records", "RecordChange"))


def drop_history(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {TABLE}")


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ChangeSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, default=timezone.now)),
                ("user", models.UUIDField(null=True)),
                ("user_name", models.CharField(blank=True, default="", max_length=254)),
                ("channel", models.CharField(max_length=20)),
                ("reference", models.CharField(blank=True, default="", max_length=100)),
                ("entity", models.CharField(max_length=20)),
                ("kind", models.CharField(choices=[("write", "Write"), ("undo", "Undo")], default="write", max_length=20)),
                ("summary", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="RecordChange",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "change_set",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=models.deletion.DO_NOTHING,
                                related_name="changes",
                                to="records.changeset",
                            ),
                        ),
                        ("entity", models.CharField(max_length=20)),
                        ("record_id", models.CharField(max_length=100)),
                        ("row", models.IntegerField(null=True)),
                        (
                            "kind",
                            models.CharField(choices=[("c", "Create"), ("u", "Update"), ("d", "Delete")], max_length=1),
                        ),
                        ("before", models.JSONField(null=True)),
                        ("at", models.DateTimeField(default=timezone.now)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["entity", "record_id", "id"], name="recordchange_of_record")],
                    },
                ),
            ],
        ),
        # After the state, so that SQLite's plain table is made from it.
        migrations.RunPython(create_history, drop_history),
    ]
