"""Of very many records an estimate is shown first, and the exact number follows."""

import re

import pytest

from clusters.builder import estimating
from clusters.builder.estimating import count_or_estimate
from clusters.builder.previewing import preview
from clusters.catalogue import creating
from crm.records import querying
from crm.records.sampling import random_ids
from crm.records.writing import saving
from crm.rules.parsing import parse
from crm.schema.generated import current

pytestmark = pytest.mark.django_db
NEW, PREVIEW = "/clusters/new/", "/clusters/new/preview/"


@pytest.fixture
def many(spenders, operator, monkeypatch):
    """Forty customers, of whom a quarter are of MG; more than twenty are very many, and all of them are looked at."""
    for number in range(37):
        saving.create(spenders, {"firstName": f"n{number}", "state": "MG" if number < 10 else "SP"}, by=operator)
    monkeypatch.setattr(estimating, "COUNTED_AT_ONCE", 20)
    return spenders


def state(model, value: str):
    return {"members": querying.condition(parse(f"state={value}"), model)}


def test_an_estimate_reckons_from_the_sample_with_all_records(many, monkeypatch):
    found = count_or_estimate(many, state(many, "MG"), exact=False)

    assert (found.counts, found.sampled) == ({"members": 10}, 40)
    monkeypatch.setattr(
        estimating, "random_ids", lambda model, **_size: list(model.objects.filter(state="MG").values_list("pk", flat=True)[:5])
    )
    found = count_or_estimate(many, state(many, "MG"), exact=False)
    assert (found.counts, found.sampled) == ({"members": 40}, 5)


def test_few_records_and_what_shall_be_exact_are_counted(many, monkeypatch):
    assert count_or_estimate(many, state(many, "MG"), exact=True).sampled == 0
    monkeypatch.setattr(estimating, "COUNTED_AT_ONCE", 40)
    assert count_or_estimate(many, state(many, "MG"), exact=False).sampled == 0


def test_where_no_record_is_drawn_all_are_counted(many, monkeypatch):
    monkeypatch.setattr(estimating, "random_ids", lambda _model, **_size: [])

    assert count_or_estimate(many, state(many, "MG"), exact=False) == estimating.Numbers({"members": 10})


def test_records_are_drawn_each_once_and_not_more_than_there_are(many):
    ids = random_ids(many, count=1_000, of=40)

    assert len(ids) == len(set(ids)) == 40
    assert set(ids) == set(many.objects.values_list("pk", flat=True))
    assert random_ids(current.models()["AD"], count=10, of=0) == []


def test_the_page_says_that_it_is_an_estimate_and_how_to_count(many, manager_client):
    page = manager_client.get(NEW, {"label": "x", "rule": "state=MG AND firstName is not null"}).content.decode()

    assert "<strong>about 10 customers</strong>" in page
    assert re.search(r"Estimated at \d{1,2}:\d\d [ap]\.m\., by 40 records drawn at random", page)
    assert re.findall(r"about (\d+) remain", page) == ["10", "10"]
    assert "exact, in" not in page
    assert re.search(r'<button type="submit"[^>]* name="exact" value="1" formmethod="get" formaction="/clusters/new/"', page)


def test_the_exact_number_follows_by_itself_and_by_the_button(many, manager_client):
    sent = {"label": "x", "rule": "state=MG", "entity": "CL"}
    page = manager_client.get(NEW, sent).content.decode()
    address = re.search(r'hx-get="([^"]*exact=1[^"]*)" hx-trigger="load"', page)[1].replace("&amp;", "&")

    for exact in (manager_client.get(address), manager_client.get(NEW, {**sent, "exact": "1"})):
        text = exact.content.decode()
        assert "<strong>10 customers</strong>" in text
        assert "exact, in" in text
        assert "about" not in re.sub(r"<[^>]*>", "", text.split('id="preview"')[-1])


def test_the_number_of_what_was_typed_before_is_not_waited_for(many, manager_client):
    """Both requests are in one queue, in which the newer one ends the older."""
    page = manager_client.get(NEW, {"label": "x", "rule": "state=MG"}).content.decode()

    assert re.search(r'<textarea[^>]* hx-sync="#preview:replace"', page)
    assert re.search(r'<div hx-get="[^"]*exact=1[^"]*"[^>]* hx-sync="#preview:replace"', page)


def test_who_joins_and_leaves_follows_with_the_exact_number(many, manager_client, operator):
    creating.create_cluster("Mining", rule="state=MG", by=operator)

    assert "Against today" not in manager_client.get("/clusters/Mining/rule/").content.decode()
    assert "Against today" in manager_client.get("/clusters/Mining/rule/", {"exact": "1"}).content.decode()
    assert (
        "Against today" in manager_client.get(PREVIEW, {"cluster": "Mining", "rule": "state=SP", "exact": "1"}).content.decode()
    )


def test_a_rule_that_finds_nobody_in_the_sample_is_not_said_to_find_nobody(many, operator):
    assert preview("state=BA", entity="CL", by=operator).warnings == []
    assert preview("state=BA", entity="CL", by=operator, exact=True).warnings != []
