"""A cluster stores its rule, so that it can be one value of a field too; it can be described and archived."""

from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Concat


def store_rules(apps, editor):
    clusters = apps.get_model("clusters", "Cluster").objects.using(editor.connection.alias)
    clusters.update(rule=Concat(F("field"), Value("=true")))


class Migration(migrations.Migration):
    dependencies = [("clusters", "0001_initial")]

    operations = [
        migrations.AddField("cluster", "description", models.TextField(blank=True, default="")),
        migrations.AddField("cluster", "rule", models.TextField(default="")),
        migrations.AddField("cluster", "archived_at", models.DateTimeField(null=True)),
        migrations.RunPython(store_rules, migrations.RunPython.noop),
    ]
