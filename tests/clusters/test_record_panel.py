"""The clusters beside a record's form: a switch where people decide, a sign where a rule or another field does."""

import re

import pytest

from clusters import record_clusters
from clusters.catalogue import creating
from crm.records.forms import record_clusters as beside
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current

TIERS = {"choices": [{"value": "Gold", "label": "Ouro"}, {"value": "Silver", "label": "Prata"}]}


@pytest.fixture
def shop(define, admin):
    define(code="Varchar 50", price="Decimal", tier=FieldDefinition("tier", "Choice", options=TIERS))
    for label in ("Dealers", "Staff"):
        creating.create_cluster(label, by=admin, entity="PT")
    creating.create_cluster("Dear", rule="price>100", by=admin, entity="PT")
    creating.create_tiers("tier", by=admin, entity="PT")
    return current.models()["PT"]


@pytest.fixture
def address(shop, admin):
    record = saving.create(shop, {"code": "A", "price": 150, "tier": "Gold", "Dealers": True}, by=admin)
    return f"/crm/PT/{record.pk}/"


@pytest.fixture
def many(shop, admin, monkeypatch):
    """More clusters than a page shows at once."""
    monkeypatch.setattr(beside, "FEW", 3)
    for number in range(4):
        creating.create_cluster(f"Grupo São {number}", by=admin, entity="PT")


def lines(response):
    """Each cluster of the page: whether the record is in, and how its input stands."""
    return {line.cluster.name: (line.is_in, state(line.input)) for line in response.context["form"].cluster_lines}


def state(markup):
    return [word for word in ("switch", "checked", "disabled") if re.search(rf'{word}"?[ >]|"{word}"', markup)]


def boxes(response):
    return set(re.findall(r'<input type="checkbox" name="(\w+)"', response.text))


def posted(response, **changes):
    form = response.context["form"]
    return {"_shown": " ".join(form.switches), "crm_version": form["crm_version"].value(), **changes}


def test_a_switch_each_named_as_its_field_and_rules_and_tiers_apart(browse, address):
    response = browse.get(address)

    assert lines(response) == {
        "Dealers": (True, ["switch", "checked"]),
        "Staff": (False, ["switch"]),
        "Dear": (True, ["checked", "disabled"]),
        "Ouro": (True, []),
        "Prata": (False, []),
    }
    assert boxes(response) == {"Dealers", "Staff", "Dear"}
    assert "<code>price&gt;100</code>" in response.text


def test_the_head_shows_the_clusters_of_every_kind_and_of_how_many(browse, address):
    text = browse.get(address).text

    (head,) = re.findall(r'<ul class="chips".*?</ul>', text, re.DOTALL)
    assert re.findall(r'chip-\d+" href="[^"]+">([^<]+)<', head) == ["Dealers", "Dear", "Ouro"]
    assert "in 3 of 5" in head


def test_switches_are_saved_and_what_decides_otherwise_is_not(browse, address, shop):
    browse.post(address, posted(browse.get(address), Staff="on", Dear=""))

    record = shop.objects.get()
    assert (record.Dealers, record.Staff) == (False, True)


def test_why_is_a_disclosure_that_asks_the_cluster(browse, address):
    text = browse.get(address).text
    why = f"/clusters/Dear/why/{address.split('/')[-2]}/"

    fragment = browse.get(why, headers={"HX-Request": "true"})

    assert f'hx-get="{why}"' in text
    assert "Why it is in" in fragment.text
    assert "<html" not in fragment.text
    assert "<html" in browse.get(why).text


def test_a_new_record_offers_the_switches_alone(browse, shop):
    response = browse.get("/crm/PT/new/")
    browse.post("/crm/PT/new/", {"_shown": "Dealers Staff", "code": "B", "Staff": "on"})

    assert lines(response) == {"Dealers": (False, ["switch"]), "Staff": (False, ["switch"])}
    assert shop.objects.get(code="B").Staff is True


def test_of_many_clusters_the_page_shows_those_the_record_is_in(browse, address, many):
    response = browse.get(address)

    assert set(lines(response)) == {"Dealers", "Dear", "Ouro"}
    assert "All 9 clusters" in response.text
    assert set(lines(browse.get(address + "?_clusters=all"))) >= {"GrupoSao0", "GrupoSao3", "Staff"}


def test_a_search_finds_the_others_without_case_and_accents(browse, address, many):
    found = browse.get(address.replace("/crm/", "/crm/clusters/") + "?_find=sao&_shown=GrupoSao0")

    assert set(lines(found)) == {"GrupoSao1", "GrupoSao2", "GrupoSao3"}
    assert '<input type="hidden" name="_shown" value="GrupoSao1">' in found.text
    assert "No other cluster is called so." in browse.get(address.replace("/crm/", "/crm/clusters/") + "?_find=dealers").text


def test_saving_keeps_the_clusters_that_the_page_did_not_show(browse, address, many):
    page, records = browse.get(address), current.models()["PT"].objects
    records.update(GrupoSao1=True)

    browse.post(address, posted(page, Dealers="on", _shown=["Dealers", "GrupoSao2"], GrupoSao2="on"))

    record = records.get()
    assert (record.Dealers, record.Staff, record.GrupoSao1, record.GrupoSao2) == (True, False, True, True)


def test_a_switch_that_was_found_stays_on_a_page_that_comes_back_with_errors(browse, address, shop, many):
    again = browse.post(address, posted(browse.get(address), GrupoSao3="on", price="much"))

    assert again.status_code == 422
    assert lines(again)["GrupoSao3"] == (False, ["switch", "checked"])


def test_a_cluster_switched_by_its_name_alone_is_saved(browse, address, shop, many):
    browse.post(address, {"Staff": "on"})

    assert shop.objects.get().Staff is True
    assert shop.objects.get().Dealers is True


def test_a_cluster_whose_rule_may_not_be_read_does_not_appear(browse, address, monkeypatch):
    monkeypatch.setattr(record_clusters, "may", lambda who, verb, entity=None, field=None: field != "price")

    assert "Dear" not in lines(browse.get(address))


@pytest.mark.parametrize("more", [0, 12])
def test_the_number_of_queries_does_not_follow_the_number_of_clusters(
    browse, address, admin, more, django_assert_max_num_queries
):
    for number in range(more):
        creating.create_cluster(f"Group {number}", rule=f"price>{number}", by=admin, entity="PT")
    browse.get(address)

    with django_assert_max_num_queries(10):
        assert len(lines(browse.get(address))) == 5 + more


def test_the_preview_of_a_form_shows_the_clusters_however_many(browse, address, many):
    page = browse.get("/schema/PT/forms/default/")

    assert page.status_code == 200
    assert 'id="preview_Dealers"' not in page.text
    assert '<fieldset class="record-clusters"' in page.text
    assert "data-find " not in page.text


def test_beyond_sixteen_those_it_is_not_in_wait_behind_a_disclosure(browse, address, admin):
    for number in range(16):
        creating.create_cluster(f"Group {number}", by=admin, entity="PT")

    before, _details, after = browse.get(address).text.partition('<details class="membership-more"')

    assert "2 more it is not in" in after
    assert ('name="Group13"' in before, 'name="Group14"' in after, 'name="Group15"' in after) == (True, True, True)


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("_form=nobody", 404),
        ("_form=%00", 404),
        ("_find=%00&_shown=%00", 200),
        ("_find=" + "x" * 3000, 200),
        ("_shown=" + "a+" * 2000 + "&_find=g", 200),
        ("", 200),
    ],
)
def test_strange_questions_for_clusters_are_answered_or_refused(browse, address, question, status):
    found = browse.get(address.replace("/crm/", "/crm/clusters/") + "?" + question)

    assert found.status_code == status
    assert browse.get("/crm/clusters/PT/new/?" + question).status_code == status


@pytest.mark.parametrize(
    "path", ["/crm/clusters/XX/", "/crm/clusters/XX/new/", "/crm/clusters/PT/nobody/", "/crm/clusters/pt/%00/"]
)
def test_clusters_of_what_is_not_there_are_not_found(browse, shop, path):
    assert browse.get(path).status_code == 404


def test_the_page_of_all_clusters_hides_none(browse, address, many, admin):
    for number in range(16):
        creating.create_cluster(f"Group {number}", by=admin, entity="PT")

    assert '<details class="membership-more" open>' in browse.get(address + "?_clusters=all").text
