"""A form's sections, places, columns, filters and order become one document."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def to_designs(apps, schema_editor):
    for form in apps.get_model('schema', 'Form').objects.prefetch_related('sections__places'):
        form.design = {
            'sections': [section_document(place, section) for place, section in enumerate(form.sections.all(), start=1)],
            'list_columns': [{'field': name, 'width': 0} for name in form.list_fields],
            'filters': form.filters,
            'sort': form.sort,
        }
        form.save(update_fields=['design'])


def section_document(place, section):
    is_clusters = section.kind == 'clusters'
    places = [place_document(each) for each in section.places.order_by('column', 'position', 'id')]
    count = 1 if is_clusters else section.columns
    # Until now places were dealt out row by row, whatever their column said.
    columns = [places[column::count] for column in range(count)]
    return {'key': f's{place}', 'labels': section.labels, 'columns': columns, 'is_clusters': is_clusters}


def place_document(place):
    return {'field': place.field, 'read_only': place.read_only, 'required': place.required, 'help_text': place.help_text}


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('schema', '0003_preparations'),
    ]

    operations = [
        migrations.AddField('form', 'design', models.JSONField(default=dict)),
        migrations.AddField(
            'form',
            'owner',
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunPython(to_designs, migrations.RunPython.noop),
        migrations.DeleteModel('FormField'),
        migrations.DeleteModel('FormSection'),
        migrations.RemoveField('form', 'list_fields'),
        migrations.RemoveField('form', 'filters'),
        migrations.RemoveField('form', 'sort'),
        migrations.AddConstraint(
            'form', models.UniqueConstraint(models.F('entity'), condition=models.Q(('is_default', True)), name='default_form_once')
        ),
    ]
