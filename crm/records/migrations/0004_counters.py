from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0003_why_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30, unique=True)),
                ('last', models.BigIntegerField()),
            ],
        ),
    ]
