"""Ids that are stored with the acronym of their entity: a worksheet that names them means them."""

import pytest

from crm.worksheets.importing import parallel_conversion
from crm.worksheets.importing.preparing import prepare


@pytest.fixture
def people(customers):
    for record_id in ("cl-5", "cl-6", "6", "7"):
        customers.objects.create(pk=record_id, firstName="Old")
    return customers


def test_a_row_updates_the_record_of_exactly_its_id_and_else_the_one_without_acronym(import_text, people):
    done = import_text("id,firstName\nCL-5,a\ncl-6,b\n6,c\nCL-7,d\nCL-8,e\n", key="id")

    assert done.counts == {"rows": 5, "updated": 4, "errors": 1}
    assert dict(people.objects.values_list("pk", "firstName")) == {"cl-5": "a", "cl-6": "b", "6": "c", "7": "d"}
    assert [error[:3] for error in done.errors] == [(6, "id", "8")]


def test_an_export_of_them_imported_unchanged_changes_nothing(import_text, people, admin, client):
    client.force_login(admin.user)
    exported = b"".join(client.get("/worksheets/export/CL/file/")).decode("utf-8-sig")

    assert import_text(exported, key="id").counts == {"rows": 4, "unchanged": 4}


@pytest.mark.parametrize("are_there", [True, False])
def test_rows_are_converted_in_this_process_alone_only_where_there_are_such_ids(upload, people, customers, are_there):
    if not are_there:
        customers.objects.filter(pk__startswith="cl-").delete()
    columns = prepare(upload("id,firstName\nCL-5,a\n", key="id")).columns

    assert parallel_conversion.is_parallelizable(columns) is not are_there
