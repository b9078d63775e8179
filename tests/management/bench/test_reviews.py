"""The benchmark of the review: figures as contract §7, and nothing left behind."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from crm.worksheets.models import Worksheet


@pytest.mark.django_db
def test_a_wide_worksheet_of_unknown_headers_is_reviewed(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    output = StringIO()

    call_command("benchmark", "--only", "review", "--json", stdout=output)

    (found,) = json.loads(output.getvalue())["results"]
    assert (found["name"], found["rows"], found["limit_seconds"]) == ("review", 1_000, 1.0)
    assert (Worksheet.objects.count(), [path for path in tmp_path.rglob("*") if path.is_file()]) == (0, [])
