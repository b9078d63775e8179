"""Plans shown and confirmed: publish, revert, purge."""

from decimal import Decimal

import pytest

from crm.jobs.models import Job
from crm.people.models import AuditEvent
from crm.schema.draft import editing
from crm.schema.generated import current
from crm.schema.models import Field, Publication
from crm.schema.publishing import publishing

PLAN = "/schema/CL/plan/"


@pytest.fixture
def points(add_field, fill, retype):
    """Two values, one of which is no whole number, and a draft that asks for whole numbers."""
    number = add_field("points", "Decimal")
    fill("points", Decimal("2.00"), Decimal("2.50"))
    retype("points", "Integer", publish=False)
    return number


def newest() -> int:
    return Publication.objects.first().number


def test_the_plan_shows_what_does_not_fit_where_it_is_and_what_depends_on_it(browse, points):
    page = browse.get(PLAN).text

    assert "Change points of Customers from Decimal to Integer: 1 value converts, 1 does not fit." in page
    assert "values would be lost" in page
    assert '<a href="/crm/CL/b/">b</a>' in page
    assert '<a href="/schema/CL/forms/default/">Customers</a>' in page
    assert "ALTER TABLE" in page


def test_values_are_lost_only_when_that_is_ticked(browse, confirmed, points, values):
    digest = confirmed(PLAN)

    refused = browse.post(PLAN, {"confirmed": digest})
    unchanged = values("points")
    accepted = browse.post(PLAN, {"confirmed": digest, "accepted": "1"})

    assert refused.status_code == 422
    assert "1 value does not fit and would be lost." in refused.text
    assert unchanged == {"a": Decimal("2.00"), "b": Decimal("2.50")}
    assert (accepted.status_code, accepted["Location"]) == (302, "/schema/CL/")
    assert values("points") == {"a": 2, "b": None}


def test_r40_the_page_says_which_publication_came_of_it(browse, confirmed, points):
    current.models()["CL"].objects.filter(pk="b").delete()

    page = browse.post(PLAN, {"confirmed": confirmed(PLAN)}, follow=True).text

    assert f"Published as #{newest()}." in page
    assert f"Publication #{newest()} of" in page
    assert AuditEvent.objects.filter(verb="publish", subject=f"#{newest()}").exists()


def test_r40_a_refused_publish_names_the_field_and_the_reason_and_changes_nothing(browse, confirmed, add_field, fill):
    add_field("code")
    fill("code", "A", "A")
    Field.objects.filter(name="code").update(unique=True)
    before = newest()

    page = browse.post(PLAN, {"confirmed": confirmed(PLAN)})

    assert page.status_code == 422
    assert "code of Customers cannot be unique: 1 value repeats: “A” in 2 records." in page.text
    assert newest() == before


def test_two_administrators_the_second_sees_the_new_plan_first(browse, confirmed, points, customers):
    digest = confirmed(PLAN)
    editing.add_field(customers, customers.fields.get(name="points").definition().__class__("colleague", "Date"))

    page = browse.post(PLAN, {"confirmed": digest, "accepted": "1"})

    assert page.status_code == 409
    assert "The draft or the publication has changed since this plan was shown." in page.text
    assert "Add the field colleague (Date) to Customers." in page.text


def test_two_who_publish_the_same_plan_the_second_finds_it_done(browse, confirmed, add_field, customers):
    editing.add_field(customers, customers.fields.get(name="gender").definition().__class__("more", "Date"))
    digest = confirmed(PLAN)
    browse.post(PLAN, {"confirmed": digest})
    before = newest()

    page = browse.post(PLAN, {"confirmed": digest})

    assert page.status_code == 409
    assert "Everything that is drafted is published." in page.text
    assert newest() == before


def test_what_takes_long_becomes_a_job_that_the_page_shows(browse, confirmed, points, monkeypatch):
    monkeypatch.setattr("crm.schema.publishing.planning.PublicationPlan.is_long", True)

    page = browse.post(PLAN, {"confirmed": confirmed(PLAN), "accepted": "1"}, follow=True).text

    job = Job.objects.get(kind="publish")
    assert (job.entity, job.checkpoint["accepted_loss"]) == ("CL", 1)
    assert "Publishing: about to begin" in page
    assert 'hx-trigger="every 2s"' in page
    assert '<button type="submit" class="btn btn-primary"' not in page


def test_a_job_that_failed_says_why_until_something_is_published(browse, points, admin):
    Job.objects.create(kind="publish", entity="CL", state="failed", error="the reason", created_by=admin.user.pk)

    assert "The last publish failed, and nothing was changed: the reason" in browse.get(PLAN).text


def test_a_revert_shows_its_plan_and_goes_back(browse, confirmed, points, retype, operator, values):
    publishing.publish(by=operator, accepted_loss=1)
    address = f"/schema/CL/publications/{points}/revert/"

    page = browse.get(address).text
    browse.post(address, {"confirmed": confirmed(address)})

    assert "Change points of Customers from Integer to Decimal: 2 values convert." in page
    assert f"Revert to #{points}" in page
    assert values("points") == {"a": Decimal("2.00"), "b": Decimal("2.50")}


def test_a_revert_to_nowhere_says_so(browse):
    page = browse.get("/schema/CL/publications/99/revert/", follow=True).text

    assert "Publication #99 has no entity CL." in page


@pytest.fixture
def hidden_fax(add_field, fill, operator):
    add_field("fax")
    fill("fax", "1", "2")
    editing.hide_field(Field.objects.get(name="fax"))
    publishing.publish(by=operator)


@pytest.mark.parametrize("typed", ["", "1", "3", "two", "-2"])
def test_a_purge_wants_the_exact_number_typed(browse, confirmed, hidden_fax, typed, columns_of):
    address = "/schema/CL/purge/fax/"

    page = browse.post(address, {"confirmed": confirmed(address), "accepted": typed})

    assert page.status_code == 422
    assert "Type 2, which is how many values go." in page.text
    assert "fax" in columns_of("record_cl")


def test_a_confirmed_purge_drops_the_column(browse, confirmed, hidden_fax, columns_of):
    address = "/schema/CL/purge/fax/"

    page = browse.post(address, {"confirmed": confirmed(address), "accepted": "2"}, follow=True)

    assert f"Published as #{newest()}." in page.text
    assert "fax" not in columns_of("record_cl")


def test_what_is_not_there_cannot_be_purged(browse, db):
    page = browse.get("/schema/CL/purge/email/", follow=True).text

    assert "Customers has no hidden field or kept column email." in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_plan_costs_a_constant_number_of_queries(browse, customers, count, django_assert_max_num_queries):
    definition = customers.fields.get(name="gender").definition().__class__
    for place in range(count):
        editing.add_field(customers, definition(f"extra{place}", "Date"))
    browse.get(PLAN)

    with django_assert_max_num_queries(32):
        browse.get(PLAN)
