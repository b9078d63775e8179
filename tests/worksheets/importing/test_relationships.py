"""References in worksheets: by id or by what is shown, set-wise; a row whose record is not there is refused."""

import pytest
from django.db import connection

from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.worksheets.importing import applying

OWNER = FieldDefinition("owner", "Relationship", options={"entity": "CL", "display": "email"})


@pytest.fixture
def places(define, customers, admin):
    for name in ("ana", "bea"):
        saving.create(customers, {"email": f"{name}@example.com"}, by=admin, record_id=name)
    return define(code=FieldDefinition("code", "Varchar 50", unique=True), owner=OWNER)


def owners(places) -> dict[str, str | None]:
    return dict(places.objects.values_list("code", "owner"))


def test_rows_refer_by_id_and_by_what_is_shown(places, import_text):
    came = import_text("code,owner\nA,ana\nB,CL-BEA\nC,Ana@Example.com\nD,\nE,nobody\n", entity="PT", key="code")

    assert came.counts == {"rows": 5, "created": 4, "errors": 1}
    assert came.errors == [(6, "owner", "nobody", "Customers has no record with the id or E-mail “nobody”.")]
    assert owners(places) == {"A": "ana", "B": "bea", "C": "ana", "D": None}


def test_a_reference_that_is_there_already_is_no_change(places, admin, import_text):
    saving.create(places, {"code": "A", "owner": "ana"}, by=admin)

    assert import_text("code,owner\nA,ana@example.com\n", entity="PT", key="code").counts == {"rows": 1, "unchanged": 1}
    assert import_text("code,owner\nA,bea@example.com\n", entity="PT", key="code").counts == {"rows": 1, "updated": 1}
    assert import_text("code,owner\nA,[null]\n", entity="PT", key="code").counts == {"rows": 1, "updated": 1}
    assert owners(places) == {"A": None}


def queries_for(rows: int, import_text) -> int:
    """Not with a debugging cursor: PostgreSQL's COPY knows none."""
    statements = []

    def counted(execute, sql, *rest):
        statements.append(sql)
        return execute(sql, *rest)

    lines = "".join(f"R{rows}-{n},ana@example.com\n" for n in range(rows))
    with connection.execute_wrapper(counted):
        assert import_text(f"code,owner\n{lines}", entity="PT", key="code").counts == {"rows": rows, "created": rows}
    return len(statements)


def test_many_rows_take_no_more_queries_than_few(places, import_text):
    few = queries_for(3, import_text)  # the first import asks for clusters to be compared soon: once for both

    assert queries_for(300, import_text) <= few + 2


def test_a_record_that_is_deleted_during_the_import_refuses_its_rows_alone(places, customers, import_text, monkeypatch):
    apply = applying.apply

    def applied(*args, **kwargs):
        customers.objects.filter(pk="bea").delete()
        return apply(*args, **kwargs)

    monkeypatch.setattr(applying, "apply", applied)

    came = import_text("code,owner\nA,ana\nB,bea\n", entity="PT", key="code")

    assert owners(places) == {"A": "ana"}
    assert came.errors == [(3, "owner", "bea", "The record has been deleted.")]
