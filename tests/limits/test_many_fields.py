"""An entity with as many fields as one may have, all of them filled: its pages, its form, out and in by worksheet."""

import csv
import io
from io import StringIO

import pytest
from django.core.management import call_command

from crm.records.writing import saving
from crm.schema.generated import current
from crm.schema.record import held

from .conftest import FIELDS, definitions, widest

PAGES = (
    "/crm/WD/",
    "/crm/WD/a1/",
    "/crm/WD/new/",
    "/crm/WD/a1/history/",
    "/schema/WD/",
    "/schema/WD/plan/",
    "/schema/WD/indexes/",
    "/schema/WD/fields/f3/",
    "/schema/WD/fields/f3/type/",
    "/schema/WD/forms/default/",
    "/schema/WD/forms/default/list/",
    "/schema/WD/forms/default/fields/f3/",
    "/worksheets/export/WD/",
)
MOST_QUERIES = 20


@pytest.fixture
def wide(draft, publish, admin):
    draft("WD", "Wide", FIELDS)
    publish()
    model = current.models()["WD"]
    saving.create(model, widest(definitions(FIELDS)), by=admin, record_id="a1")
    return model


def values(model, record_id: str) -> dict:
    record = model.objects.get(pk=record_id)
    return {field.name: held(record, field.name) for field in model.entity.visible_fields}


@pytest.mark.usefixtures("unwatched_templates")
def test_every_page_shows_all_fields_in_a_few_queries(browse, wide, django_assert_max_num_queries):
    pages = {}
    for address in PAGES:
        with django_assert_max_num_queries(MOST_QUERIES, info=address):
            pages[address] = browse.get(address)

    assert {address: page.status_code for address, page in pages.items()} == dict.fromkeys(PAGES, 200)
    assert pages["/crm/WD/"].text.count("<th scope=") == FIELDS
    assert pages["/crm/WD/new/"].text.count("<label") >= FIELDS
    assert pages["/schema/WD/"].text.count("/schema/WD/fields/") >= FIELDS


def test_a_form_takes_all_fields_as_it_shows_them(browse, wide):
    form = browse.get("/crm/WD/a1/").context["form"]
    shown = {name: form[name].value() for name in form.fields}

    said = {name: value for name, value in shown.items() if value not in (None, False, "")}
    made = browse.post("/crm/WD/new/", said | {"f0": "another"})

    assert made.status_code == 302, made.context["form"].errors
    record_id = made["Location"].rstrip("/").rpartition("/")[2].partition("?")[0]
    assert values(wide, record_id) == values(wide, "a1") | {"f0": "another"}


def test_a_worksheet_takes_all_fields_out_and_in_again(wide, tmp_path):
    file = tmp_path / "wide.csv"
    call_command("export_worksheet", str(file), "--entity", "WD", stdout=StringIO())
    header, cells = csv.reader(io.StringIO(file.read_text(), newline=""))
    cells[header.index("id")], cells[header.index("f0")] = "", "another"
    with file.open("a", newline="") as target:
        csv.writer(target).writerow(cells)

    output = StringIO()
    call_command("import_worksheet", str(file), "--entity", "WD", "--empty-key", "create", "--json", stdout=output)

    assert '"created": 1' in output.getvalue()
    assert '"unchanged": 1' in output.getvalue()
    assert values(wide, wide.objects.get(f0="another").pk) == values(wide, "a1") | {"f0": "another"}
