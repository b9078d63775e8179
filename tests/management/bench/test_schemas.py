"""The benchmark of the schema: figures as contract §7, and nothing left behind."""

import json
import os
from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from crm.management.bench import schemas
from crm.schema.models import Publication


@pytest.mark.django_db
def test_a_field_is_added_beside_a_reader_in_a_site_of_its_own(monkeypatch, capfd):
    monkeypatch.setattr(schemas, "READER_SECONDS", 1.0)
    output, before = StringIO(), Publication.objects.count()

    call_command("benchmark", "--rows", "300", "--only", "add-field", "classes", "--json", stdout=output)

    results = json.loads(output.getvalue())["results"]
    assert [(result["name"], result["rows"], result["limit_seconds"]) for result in results] == [
        ("classes", 1500, 0.1),
        ("add-field", 300, 0.3),
    ]
    assert "add-field: " in capfd.readouterr().err
    assert Publication.objects.count() == before
    assert left_behind() == []


def left_behind() -> list[str]:
    if connection.vendor != "postgresql":
        return []
    login, own = connection.settings_dict, f"crm_benchmark_{os.getpid()}"
    with psycopg.connect(host=login["HOST"], port=login["PORT"], user=login["USER"], dbname="postgres") as server:
        return [name for (name,) in server.execute("SELECT datname FROM pg_database WHERE datname = %s", [own])]
