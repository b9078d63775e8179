import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from crm.management.bench import peers
from crm.records.models import ChangeSet, RecordChange, Undo

NAMES = ("import-create", "import-unchanged", "undo")


@pytest.mark.django_db
def test_the_benchmark_measures_and_leaves_nothing_behind(monkeypatch):
    monkeypatch.setattr(peers, "ROWS", 100)
    output = StringIO()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE record_benchmark (id integer)")  # as after a benchmark that was killed

    call_command("benchmark", "--rows", "200", "--only", *NAMES, "--json", stdout=output)

    results = json.loads(output.getvalue())["results"]
    assert [(result["name"], result["rows"]) for result in results] == [(name, 200) for name in ("import-create", *NAMES)]
    assert {result["peer"] for result in results if result["times_faster"]} == {peers.DEFAULT, peers.BULK}
    assert "record_benchmark" not in connection.introspection.table_names()
    assert "staging_benchmark" not in connection.introspection.table_names()
    assert not RecordChange.objects.exists()
    assert not ChangeSet.objects.exists()
    assert not Undo.objects.exists()
