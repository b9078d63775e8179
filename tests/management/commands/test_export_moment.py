"""An export shows one moment, though others write while it is taken; here with connections of its own."""

import pytest

SCRIPT = """
import io, openpyxl
from crm.people.actors import Actor
from crm.records.writing import saving
from crm.schema.generated import current
from crm.worksheets.exporting.columns import columns_of
from crm.worksheets.exporting.export import Export, ExportStream, sorted_by
from crm.worksheets.formats.writing import FORMATS

by, customers = Actor.operator(), current.models()["CL"]
customers.objects.all().delete()

def opened(form):
    return ExportStream(Export(sorted_by(customers.objects.all(), ""), columns_of(customers, ["firstName"])), FORMATS[form])

def written(form, content):
    return content.split() if form == "csv" else [row[0].value for row in openpyxl.load_workbook(io.BytesIO(content)).active]

ana = saving.create(customers, {"firstName": "Ana"}, by=by)
exports = {form: opened(form) for form in ("csv", "xlsx")}
saving.update(ana, {"firstName": "Bea"}, by=by)
saving.create(customers, {"firstName": "Eva"}, by=by)
print([(export.rows, written(form, b"".join(export))) for form, export in exports.items()])
left = opened("csv")
left.close()
print([export._connection.connection for export in [*exports.values(), left]])
"""


@pytest.mark.django_db
def test_r06_an_export_shows_one_moment_and_holds_no_connection_afterwards(site):
    code, output, errors = site.run("shell", "-v", "0", "-c", SCRIPT)

    assert (code, errors) == (0, "")
    assert output.splitlines() == ["[(1, [b'firstName', b'Ana']), (1, ['firstName', 'Ana'])]", "[None, None, None]"]


SIDE_BY_SIDE = """
from crm.people.actors import Actor
from crm.records.writing import saving
from crm.schema.generated import current
from crm.worksheets.exporting import consistent_read
from crm.worksheets.exporting.columns import columns_of
from crm.worksheets.exporting.export import Export, ExportStream, sorted_by
from crm.worksheets.formats.writing import FORMATS

consistent_read.SLICE = 10
customers = current.models()["CL"]
customers.objects.all().delete()
customers.objects.bulk_create(customers(id=f"c{n:03}", firstName=f"Name {n}") for n in range(100))
columns = columns_of(customers, ["id", "firstName"])
first, second = (iter(ExportStream(Export(sorted_by(customers.objects.all(), ""), columns), FORMATS["csv"])) for _export in range(2))

begun = next(first) + next(first)
whole = b"".join(second)
saving.create(customers, {"firstName": "Eva"}, by=Actor.operator())
print(begun.count(b"\\n") < 100, whole.count(b"\\n"), begun + b"".join(first) == whole)
"""


@pytest.mark.django_db
def test_r02_exports_are_streamed_side_by_side_and_hold_up_nobody(site):
    """Each takes a slice at a time; neither the other one nor a write waits for its end."""
    code, output, errors = site.run_apart("shell", "-v", "0", "-c", SIDE_BY_SIDE)

    assert (code, errors, output.split()) == (0, "", ["True", "101", "True"])
