"""What an administrator changes is there with the next request; what takes long says how far it is, and pages are served."""

import pytest

from crm.jobs.models import Job, JobState
from crm.records.writing import saving
from crm.schema.generated import current
from tests.test_permission_matrix import GET

NEEDS_NOTHING = [address for address in GET if not any(part in address for part in ("ana", "VIP", "Big", "/1/", "0000-"))]


def test_r35_a_new_account_works_at_once(browse):
    statuses = {address: browse.get(address).status_code for address in NEEDS_NOTHING}
    found = {question: browse.get(f"/crm/CL/?{question}").status_code for question in ("_q=ana", "email=a@b.com", "_sort=email")}

    assert {address: status for address, status in (statuses | found).items() if status >= 400} == {}


def test_r37_a_new_field_is_on_form_list_filter_and_search_with_the_next_request(browse, admin):
    browse.post("/schema/CL/", {"label": "Shoe", "type": "Varchar 10"})
    saving.create(current.models()["CL"], {"Shoe": "43"}, by=admin)

    answers = [browse.get(f"/crm/CL/?{question}") for question in ("Shoe=43", "_where=Shoe=43", "_q=43", "_sort=Shoe")]

    assert [answer.context["listing"].count for answer in answers] == [1] * 4
    assert 'name="Shoe"' in browse.get("/crm/CL/new/").text


@pytest.mark.parametrize("address", ["/schema/CL/", "/schema/CL/indexes/", "/schema/health/", "/jobs/"])
def test_r37_a_long_change_shows_how_far_it_is_and_everything_is_served_meanwhile(browse, customers, address):
    Job.objects.create(kind="publish", entity="CL", state=JobState.RUNNING, phase="building", done=40, total=100)

    page = browse.get(address)
    made = browse.post("/crm/CL/new/", {"firstName": "Ana", "email": "ana@example.com"})

    assert "40 of 100" in page.text or "40%" in page.text
    assert made.status_code == 302
    assert browse.get("/crm/CL/?_q=ana").context["listing"].count == 1


def test_r34_the_most_fields_of_an_entity_are_a_setting_that_is_stated(browse, settings):
    settings.MAX_FIELDS = 10

    refused = browse.post("/schema/CL/", {"label": "Shoe", "type": "Varchar 10"})

    assert refused.status_code == 422
    assert "fields already, which is the limit" in refused.text


def test_r34_records_of_an_entity_of_many_fields_are_found_by_each_of_them(browse, define, admin):
    names = [f"field{number}" for number in range(80)]
    model = define("WD", **dict.fromkeys(names, "Varchar 10"))
    saving.create(model, dict.fromkeys(names, "x"), by=admin)

    assert {browse.get(f"/crm/WD/?{name}=x").context["listing"].count for name in names[::8]} == {1}
