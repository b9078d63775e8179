"""Events of changed rules held the rules with their values; that a rule was changed, by whom and when stays."""

from django.db import migrations


def forget(apps, editor):
    apps.get_model("people", "AuditEvent").objects.using(editor.connection.alias).filter(verb="rule").update(details={})


class Migration(migrations.Migration):
    dependencies = [("people", "0003_session_version")]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
