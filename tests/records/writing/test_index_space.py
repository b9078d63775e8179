"""A value that an index cannot hold is a refusal of its field; SQLite has no such limit."""

import pytest
from django.db import connection

from crm.records.errors import InvalidRecord
from crm.records.models import RecordChange
from crm.records.writing import restoring, saving
from crm.schema.definitions import IndexDefinition
from tests.conftest import publish_index
from tests.long_texts import chinese, rare

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="a limit of PostgreSQL")

TOO_LONG = "The text is too long for an index over this field, which holds 2,572 bytes."


@pytest.mark.parametrize("length", [1_000, 20_000])
def test_a_new_record_is_refused_by_its_field(notes, admin, length):
    with pytest.raises(InvalidRecord) as refused:
        saving.create(notes, {"code": "a", "text": chinese(length), "other": chinese(30_000)}, by=admin)

    assert refused.value.errors == {"text": TOO_LONG}
    assert not RecordChange.objects.filter(entity="NT").exists()


def test_a_change_is_refused_by_its_field(notes, admin):
    record = saving.create(notes, {"code": "a", "text": "short"}, by=admin)

    with pytest.raises(InvalidRecord) as refused:
        saving.update(record, {"text": rare(700), "other": "new"}, by=admin)

    assert refused.value.errors == {"text": TOO_LONG}
    assert notes.objects.get().text == "short"


def test_of_several_fields_the_one_is_named_that_changes(notes, admin):
    notes = publish_index("NT", IndexDefinition("both", ("code", "other")))
    record = saving.create(notes, {"code": "a", "other": chinese(800)}, by=admin)

    with pytest.raises(InvalidRecord) as refused:
        saving.update(record, {"code": "b", "other": chinese(900)}, by=admin)

    assert list(refused.value.errors) == ["other"]


def test_a_long_text_that_the_index_can_compress_is_saved_as_ever(notes, admin):
    assert saving.create(notes, {"text": "again and again " * 1_000}, by=admin).pk


def test_the_page_says_it_at_the_field(browse, notes):
    page = browse.post("/crm/NT/new/", {"code": "a", "text": chinese(1_000)})

    assert page.status_code == 422
    assert TOO_LONG in page.text


def test_a_deleted_record_that_no_longer_fits_does_not_come_back(notes, admin):
    """As it was before there was an index."""
    record = saving.create(notes, {"code": "a", "text": "short"}, by=admin)
    saving.delete(record, by=admin)
    deletion = RecordChange.objects.get(entity="NT", kind=RecordChange.Kind.DELETE)
    RecordChange.objects.filter(pk=deletion.pk).update(before={**deletion.before, "text": chinese(1_000)})

    with pytest.raises(InvalidRecord, match=r"^text: The text is too long for an index"):
        restoring.restore(notes, record.pk, by=admin)
