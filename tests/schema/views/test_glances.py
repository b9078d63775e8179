"""A page looks at the first values only and says so; publishing looks at all of them."""

import pytest

from crm.jobs.models import Job
from crm.schema.errors import ValuesWouldBeLost
from crm.schema.models import Field, Publication
from crm.schema.publishing.publish_requests import PublishRequest
from crm.schema.publishing.tables import converting

PLAN = "/schema/CL/plan/"
SEEN = "values of points were looked at. Publishing looks at all of them, before it changes anything."


@pytest.fixture(autouse=True)
def two_at_most(monkeypatch):
    monkeypatch.setattr(converting, "GLANCE", 2)


@pytest.fixture
def points(add_field, fill, retype):
    """Texts that shall be numbers; two of them are none, the second of those beyond what a page looks at."""
    add_field("points")
    fill("points", "1", "two", None, "3", "four")
    retype("points", "Integer", publish=False)


def test_the_plan_counts_the_first_values_and_says_so(browse, points):
    page = browse.get(PLAN).text

    assert "Change points of Customers from Varchar 50 to Integer: of those looked at, 1 value converts, 1 does not fit." in page
    assert f"The first 2 {SEEN}" in page
    assert "How many values may be left out at most" in page


def test_publishing_looks_at_all_and_leaves_out_no_more_than_was_typed(browse, confirmed, points, values):
    digest = confirmed(PLAN)

    too_few = browse.post(PLAN, {"confirmed": digest, "accepted": "1"})
    unchanged = values("points")
    enough = browse.post(PLAN, {"confirmed": digest, "accepted": "2"})

    assert too_few.status_code == 422
    assert "2 values do not fit and would be lost." in too_few.text
    assert 'name="accepted" value="1"' in too_few.text
    assert unchanged == {"a": "1", "b": "two", "c": None, "d": "3", "e": "four"}
    assert enough.status_code == 302
    assert values("points") == {"a": 1, "b": None, "c": None, "d": 3, "e": None}


def test_a_number_below_what_was_found_already_is_refused_at_once(browse, confirmed, points, monkeypatch):
    monkeypatch.setattr("crm.schema.publishing.planning.PublicationPlan.is_long", True)

    page = browse.post(PLAN, {"confirmed": confirmed(PLAN), "accepted": "0"})

    assert page.status_code == 422
    assert not Job.objects.exists()


def test_who_asks_for_all_is_told_of_all(points, operator):
    (step,) = PublishRequest("CL").plan().steps

    assert step.sentence.endswith("Integer: 2 values convert, 2 do not fit.")
    with pytest.raises(ValuesWouldBeLost, match="2 values do not fit"):
        PublishRequest("CL", accepted_loss=1).publish(by=operator)


def test_values_beyond_a_glance_that_repeat_are_found_by_publishing(browse, confirmed, add_field, fill):
    add_field("points")
    fill("points", "1", "2", "1")
    Field.objects.filter(name="points").update(unique=True)
    before = Publication.objects.first()

    shown = browse.get(PLAN).text
    refused = browse.post(PLAN, {"confirmed": confirmed(PLAN)})

    assert f"The first 2 {SEEN}" in shown
    assert refused.status_code == 422
    assert "points of Customers cannot be unique: 1 value repeats: “1” in 2 records." in refused.text
    assert Publication.objects.first() == before


def test_values_that_repeat_within_a_glance_are_counted_as_such(browse, add_field, fill):
    add_field("points")
    fill("points", None, "1", "1", "2")
    Field.objects.filter(name="points").update(unique=True)

    page = browse.get(PLAN).text

    assert "points of Customers cannot be unique: of the first 2 values, 1 repeats: “1” in 2 records." in page
    assert SEEN not in page


def test_options_that_are_tightened_are_held_against_the_first_values(browse, add_field, fill):
    add_field("points", "Integer")
    fill("points", 1, 20, 30, None, None, None)
    Field.objects.filter(name="points").update(options={"maximum": 10}, nullable=False)

    page = browse.get(PLAN).text

    assert "The first 2 values of points were looked at." in page
    assert "1 value of points does not meet the new options, such as 20 (b)" in page
    assert "More than 2 records have no points." in page


@pytest.mark.parametrize("values", [("1", "2"), ("1", "2", None)])
def test_as_many_as_a_glance_holds_are_all(browse, add_field, fill, retype, values):
    add_field("points")
    fill("points", *values)
    retype("points", "Integer", publish=False)

    page = browse.get(PLAN).text

    assert "from Varchar 50 to Integer: 2 values convert." in page
    assert SEEN not in page
