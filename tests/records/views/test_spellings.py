"""The page that brings stored values into one form: what would change is seen first, and can be taken back."""

import re

import pytest

from crm.jobs.models import Job
from crm.jobs.tasks import work_on
from crm.records.backfilling import spellings
from crm.records.models import ChangeSet, RecordChange
from crm.schema.definitions import FieldDefinition

ADDRESS = "/crm/one-form/PT/"


@pytest.fixture
def parts(define):
    made = define(tel="Phone", code=FieldDefinition("code", "Varchar 50", unique=True), note="Varchar 50")
    made.objects.create(id="a", tel="(11) 99999-0000", code="U\u00a0100", note="(11) 99999-0000")
    made.objects.create(id="b", tel="call me", code="U 200")
    made.objects.create(id="c", tel="+5511999990001", code="U\u00a0200")
    return made


def text(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def stored(parts) -> dict[str, tuple[str, str]]:
    return {pk: (tel, code) for pk, tel, code in parts.objects.values_list("pk", "tel", "code")}


def test_what_would_change_is_shown_and_nothing_written(browse, parts):
    before = stored(parts)

    page = browse.get(ADDRESS)

    assert "3 values are not in their one form." in text(page)
    assert "tel 1 (11) 99999-0000 +5511999990000 1 call me" in text(page)
    assert "Bring 3 values into one form" in text(page)
    assert (stored(parts), ChangeSet.objects.count()) == (before, 0)


def test_the_button_changes_it_as_one_change_that_is_taken_back(browse, parts):
    before = stored(parts)

    page = browse.post(ADDRESS, follow=True)

    assert "1 record is brought into one form." in text(page)
    assert stored(parts) == before | {"a": ("+5511999990000", "U 100")}
    change_set = ChangeSet.objects.get()
    assert RecordChange.objects.filter(change_set=change_set).count() == 1
    assert "1 record was changed. 2 records keep what does not fit." in text(page)

    page = browse.post("/worksheets/undo/", {"change_set": change_set.pk}, follow=True)
    browse.post(page.redirect_chain[-1][0], {"undo": "1"}, follow=True)
    assert stored(parts) == before


def test_a_run_that_finds_nothing_leaves_the_last_one_to_be_undone(browse, parts):
    browse.post(ADDRESS)

    page = browse.post(ADDRESS, follow=True)

    assert "0 records are brought into one form." in text(page)
    assert "1 record was changed." in text(page)
    assert ChangeSet.objects.count() == 1


def test_pressing_while_it_runs_starts_no_second_job(browse, parts, monkeypatch):
    monkeypatch.setattr(spellings, "LOOKED_AT", 2)

    page = browse.post(ADDRESS, follow=True)
    browse.post(ADDRESS)

    assert "This goes on in the background." in text(page)
    assert '<button type="submit" class="btn btn-primary">' not in page.content.decode()
    job = Job.objects.get(kind="normalize")
    work_on(job.pk)
    assert parts.objects.get(pk="a").tel == "+5511999990000"


def test_of_many_records_the_first_are_looked_at_and_it_says_so(browse, parts, monkeypatch):
    monkeypatch.setattr(spellings, "LOOKED_AT", 2)

    page = text(browse.get(ADDRESS))

    assert "2 values are not in their one form. The first 2 records were looked at." in page
    assert "Bring all values into one form" in page


def test_where_all_is_in_one_form_no_button_is_offered(browse, define):
    define(tel="Phone").objects.create(id="a", tel="+5511999990001")

    page = browse.get(ADDRESS).content.decode()

    assert "Every value that fits its field is in its one form." in page
    assert "into one form</button>" not in page


def test_the_fields_of_an_entity_lead_there_where_some_have_one_form(browse, parts, define):
    assert ADDRESS in browse.get("/schema/PT/").content.decode()

    define("QQ", size="Integer")
    assert "/crm/one-form/QQ/" not in browse.get("/schema/QQ/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_however_many_records(browse, parts, count, django_assert_max_num_queries):
    for place in range(count):
        parts.objects.create(id=f"x{place}", tel="(11) 99999-0000")

    with django_assert_max_num_queries(25):
        browse.get(ADDRESS)
