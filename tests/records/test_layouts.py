"""Pages of a form of one's own choice: `_form`, the form's query, what it makes stricter, and what it gives new records."""

from html import unescape

import pytest
from django.test import Client

from crm.extensions import ClusterChip, ListedCluster, extensions
from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.designs import arranging, stored_forms
from crm.schema.draft import editing
from crm.schema.form_design import FormDesign, ListColumn, PlaceDesign, SectionDesign
from crm.schema.models import DataEntity, Field, Form
from crm.schema.publishing import publishing

GOLD = {"choices": [{"value": "Gold"}, {"value": "Silver"}]}


@pytest.fixture
def parts(define):
    return define(
        code="Varchar 50",
        price="Decimal",
        isNew="Boolean",
        note="Text",
        tier=FieldDefinition("tier", "Choice", options=GOLD),
    )


@pytest.fixture
def brief(parts, admin):
    """Makes a form `brief` of the entity PT that says this."""

    def made(*places: PlaceDesign, by: Actor = admin, shared: bool = True, **said) -> Form:
        form = stored_forms.create(DataEntity.objects.get(acronym="PT"), {"en": "Brief"}, by=by, shared=shared)
        section = SectionDesign("s1", {"en": "Basics"}, (places or (PlaceDesign("code"),),))
        stored_forms.change(form, lambda _design: FormDesign((section,), **said), by=by, what="Designed")
        return form

    return made


def codes(response) -> list[str]:
    return sorted(row.record.code for row in response.context["rows"])


def make(parts, admin, **prices):
    for code, price in prices.items():
        saving.create(parts, {"code": code, "price": price}, by=admin, record_id=code)


def test_each_form_has_pages_of_its_own(browse, parts, brief, admin):
    brief(PlaceDesign("price"), list_columns=(ListColumn("price", 120), ListColumn("code")), sort="price ASC")
    make(parts, admin, a=2, b=1)

    response = browse.get("/crm/PT/?_form=brief")

    assert [column.name for column in response.context["listing"].columns] == ["price", "code"]
    assert [row.record.pk for row in response.context["rows"]] == ["b", "a"]
    assert 'width-120"' in response.text
    assert "<h1>Brief</h1>" in response.text
    assert 'href="/crm/PT/a/?_form=brief"' in response.text
    assert 'href="/crm/PT/new/?_form=brief"' in response.text
    record = browse.get("/crm/PT/a/?_form=brief")
    assert 'name="price"' in record.text
    assert 'name="code"' not in record.text


def test_saving_stays_on_the_form(browse, parts, brief, admin):
    brief()
    make(parts, admin, a=1)

    saved = browse.post("/crm/PT/a/?_form=brief", {"code": "B"})
    made = browse.post("/crm/PT/new/?_form=brief", {"code": "C"})

    assert saved["Location"] == "/crm/PT/a/?_form=brief"
    assert made["Location"].endswith("/?_form=brief")


def test_every_form_is_in_the_navigation_under_its_entity(browse, brief):
    brief()

    page = browse.get("/crm/PT/?_form=brief").text

    assert '<a href="/crm/PT/?_form=brief" title="Brief" aria-current="page">' in page
    assert '<a href="/crm/PT/" title="Parts">' in page


def test_own_forms_are_nobody_elses(browse, brief, admin):
    other = Actor(User.objects.create_user("bea@example.com", "x", Role.READER), "page")
    brief(by=other, shared=False)
    bea = Client()
    bea.force_login(other.user)

    assert [browse.get(f"/crm/PT/{page}?_form=brief").status_code for page in ("", "new/")] == [400, 404]
    assert "Brief" not in browse.get("/crm/PT/").text
    assert bea.get("/crm/PT/?_form=brief").status_code == 200


@pytest.mark.parametrize("name", ["nothing", "%00", "default%00", "x" * 300, "'"])
def test_a_form_that_is_not_there_is_said_to_be_so(browse, parts, name):
    assert [browse.get(f"/crm/PT/{page}?_form={name}").status_code for page in ("", "new/")] == [400, 404]


def test_the_forms_query_opens_instead_of_all_records(browse, parts, brief, admin):
    brief(query="price>1")
    make(parts, admin, a=1, b=2)

    response = browse.get("/crm/PT/?_form=brief")

    assert codes(response) == ["b"]
    (chip,) = response.context["listing"].active
    assert chip.text == "price>1"
    assert codes(browse.get(f"/crm/PT/{chip.without}")) == ["a", "b"]
    assert codes(browse.get(f"/crm/PT/{response.context['everything']}")) == ["a", "b"]
    assert 'name="_where" value="price&gt;1"' in response.text


def test_other_questions_stand_beside_the_forms_query_until_it_is_taken_away(browse, parts, brief, admin):
    brief(query="price>1", filters=("isNew",))
    make(parts, admin, a=1, b=2, bb=3)

    both = browse.get("/crm/PT/?_form=brief&_q=bb")

    assert codes(both) == ["bb"]
    assert [chip.text for chip in both.context["listing"].active] == ["bb", "price>1"]
    assert codes(browse.get("/crm/PT/?_form=brief&_q=b&_where=")) == ["b", "bb"]
    assert codes(browse.get("/crm/PT/?_form=brief&_where=price%3C2")) == ["a"]


def test_pages_of_a_forms_query_follow_one_another(browse, parts, brief, admin, monkeypatch):
    monkeypatch.setattr("crm.records.lists.paging.read_page.__kwdefaults__", {"after": "", "before": "", "size": 1})
    brief(query="price>1", sort="code ASC")
    make(parts, admin, a=1, b=2, c=3)

    first = browse.get("/crm/PT/?_form=brief")
    second = browse.get(f"/crm/PT/{first.context['listing'].next_address}")

    assert (codes(first), codes(second)) == (["b"], ["c"])


def test_an_export_is_of_the_list_that_is_shown(browse, parts, brief, admin):
    brief(query="price>1")
    make(parts, admin, a=1, b=2)

    listing = browse.get("/crm/PT/?_form=brief").context["listing"]
    shown = browse.get(f"/worksheets/export/PT/file/{listing.address}").getvalue().decode()
    everything = browse.get("/worksheets/export/PT/file/?_form=brief&_where=").getvalue().decode()

    assert (shown.count("\n"), everything.count("\n")) == (2, 3)


def test_r52_a_query_that_no_longer_works_is_left_out_and_said(browse, parts, brief, admin):
    brief(query="price>1")
    make(parts, admin, a=1, b=2)
    editing.hide_field(Field.objects.get(entity__acronym="PT", name="price"))
    publishing.publish(by=admin)

    response = browse.get("/crm/PT/?_form=brief")

    assert response.status_code == 200
    assert codes(response) == ["a", "b"]
    assert "The form's own query is left out" in unescape(response.text)
    for address in ("/worksheets/export/PT/", "/worksheets/export/PT/file/"):  # nobody takes home more than the form lists
        refused = browse.get(f"{address}?_form=brief")
        assert refused.status_code == 400
        assert "can no longer be answered" in unescape(refused.text)
    assert browse.get("/worksheets/export/PT/file/?_form=brief&_where=").status_code == 200


def test_required_on_the_form_is_required_there_and_not_elsewhere(browse, parts, brief, admin):
    brief(PlaceDesign("code", required=True))

    refused = browse.post("/crm/PT/new/?_form=brief", {"code": ""})
    unsent = browse.post("/crm/PT/new/?_form=brief", {})

    assert (refused.status_code, unsent.status_code) == (422, 422)
    assert "This field is required." in refused.text
    assert browse.post("/crm/PT/new/", {"code": "", "note": "x"}).status_code == 302


def test_read_only_on_the_form_is_not_written_through_it(browse, parts, brief, admin):
    brief(PlaceDesign("code"), PlaceDesign("price", read_only=True))
    make(parts, admin, a=1)

    browse.post("/crm/PT/a/?_form=brief", {"code": "B", "price": "9"})

    stored = parts.objects.get()
    assert (stored.code, stored.price) == ("B", 1)


@pytest.mark.parametrize(
    ("places", "sent", "stored"),
    [
        ([PlaceDesign("tier", default="Gold")], {"tier": "Gold"}, "Gold"),
        ([PlaceDesign("tier", default="Gold")], {"tier": "Silver"}, "Silver"),
        ([PlaceDesign("tier", default="Gold")], {"tier": ""}, None),
        ([PlaceDesign("tier", default="Gold", read_only=True)], {}, "Gold"),
        ([PlaceDesign("tier", default="Gold", read_only=True)], {"tier": "Silver"}, "Gold"),
        ([PlaceDesign("tier", default="Lead")], {"tier": ""}, None),
    ],
)
def test_a_forms_default_is_for_new_records(browse, parts, brief, places, sent, stored):
    brief(PlaceDesign("code"), *places)

    page = browse.get("/crm/PT/new/?_form=brief")
    response = browse.post("/crm/PT/new/?_form=brief", {"code": "A", **sent})

    assert page.status_code == 200
    assert response.status_code == 302
    assert parts.objects.get().tier == stored


def test_a_forms_default_never_reaches_a_record_that_is_there(browse, parts, brief, admin):
    make(parts, admin, a=1)
    brief(PlaceDesign("code"), PlaceDesign("tier", default="Gold", read_only=True))

    browse.post("/crm/PT/a/?_form=brief", {"code": "B"})

    assert parts.objects.get().tier is None


def test_a_place_of_a_hidden_field_is_skipped_and_the_rest_works(browse, parts, brief, admin):
    brief(
        PlaceDesign("code"),
        PlaceDesign("price", required=True, default=1),
        list_columns=(ListColumn("price"), ListColumn("code")),
    )
    editing.hide_field(Field.objects.get(entity__acronym="PT", name="price"))
    publishing.publish(by=admin)

    assert browse.post("/crm/PT/new/?_form=brief", {"code": "A"}).status_code == 302
    assert [column.name for column in browse.get("/crm/PT/?_form=brief").context["listing"].columns] == ["code"]


def test_without_a_place_for_clusters_they_stand_where_they_are_placed(browse, parts, brief, admin, monkeypatch):
    chip = ClusterChip("New", 1, "/clusters/isNew/")
    cluster = ListedCluster("isNew", chip, "hand", "isNew", "isNew=true", "isNew=true")
    monkeypatch.setattr(extensions, "clusters", lambda _actor, _entity: [cluster])
    form = brief(PlaceDesign("code"))

    assert 'name="isNew"' not in browse.get("/crm/PT/new/?_form=brief").text
    stored_forms.change(form, lambda design: arranging.put(design, "isNew", "s1"), by=admin, what="Placed")
    assert 'name="isNew"' in browse.get("/crm/PT/new/?_form=brief").text
