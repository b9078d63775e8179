import crm.records.models
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0004_counters'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('entity', models.CharField(max_length=20)),
                ('record_id', models.CharField(max_length=100)),
                ('field', models.CharField(max_length=50)),
                ('name', models.CharField(max_length=120)),
                ('size', models.BigIntegerField()),
                ('file', models.FileField(max_length=200, upload_to=crm.records.models.attachment_place)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('unused_since', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['entity', 'record_id'], name='attachment_of_record')],
            },
        ),
    ]
