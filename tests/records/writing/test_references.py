"""Records that refer to each other: shown, kept from hanging, deleted together by choice and brought back together."""

from urllib.parse import parse_qs, urlsplit

import pytest

from crm.records.errors import InvalidRecord, StillReferred
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing import checking, restoring, saving
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.generated import current
from crm.schema.models import Field
from crm.schema.publishing.publishing import publish

OWNER = FieldDefinition("owner", "Relationship", labels={"en": "Owner"}, options={"entity": "CL", "display": "email"})


@pytest.fixture
def places(define):
    """Places belong to customers, and may lie in another place."""
    part_of = FieldDefinition("partOf", "Relationship", options={"entity": "PT", "display": "name"})
    return define(name="Varchar 50", owner=OWNER, partOf=part_of)


@pytest.fixture
def ana(customers, admin):
    return saving.create(customers, {"email": "ana@example.com"}, by=admin, record_id="a")


def test_a_record_leads_to_the_other(places, ana, admin):
    place = saving.create(places, {"name": "Home", "owner": "ana@example.com"}, by=admin)

    models = current.models()
    assert models["PT"].objects.get(owner__email="ana@example.com").pk == place.pk
    assert models["PT"].objects.get(pk=place.pk).owner == models["CL"].objects.get(pk="a")


def test_changes_of_a_reference_are_remembered_by_id(places, ana, admin, customers):
    saving.create(customers, {"email": "bea@example.com"}, by=admin, record_id="b")
    place = saving.create(places, {"owner": "a"}, by=admin)

    saving.update(place, {"owner": "bea@example.com"}, by=admin)
    saving.update(place, {"owner": "B"}, by=admin)

    assert [change.before for change in RecordChange.objects.filter(kind="u")] == [{"owner": "a"}]


@pytest.mark.parametrize("count", [1, 3])
def test_r32_lists_show_what_is_shown_of_the_other_record(places, ana, admin, browse, django_assert_max_num_queries, count):
    for n in range(count):
        saving.create(places, {"name": f"Home {n}", "owner": "a"}, by=admin)

    with django_assert_max_num_queries(16):
        page = browse.get("/crm/PT/")

    assert page.text.count("ana@example.com") >= count


@pytest.mark.parametrize("asked", ["owner=a", "owner=ana@example.com", "_where=owner.email=ANA@example.com"])
def test_r32_lists_are_filtered_by_what_is_shown(places, ana, admin, browse, asked):
    saving.create(places, {"name": "Home", "owner": "a"}, by=admin, record_id="home")
    saving.create(places, {"name": "Work"}, by=admin)

    listing = browse.get(f"/crm/PT/?{asked}").context["listing"]

    assert [record.pk for record in listing.page.rows] == ["home"]


@pytest.mark.parametrize(
    ("sought", "found"), [("ANA@ex", {"home"}), ("hóme ana", {"home"}), ("example.com", {"home", "garage"}), ("zoe", set())]
)
def test_r32_the_search_box_looks_into_what_is_shown(places, ana, admin, browse, customers, sought, found):
    saving.create(customers, {"email": "bea@example.com"}, by=admin, record_id="b")
    saving.create(places, {"name": "Home", "owner": "a"}, by=admin, record_id="home")
    saving.create(places, {"name": "Garage", "owner": "b"}, by=admin, record_id="garage")
    saving.create(places, {"name": "Nobody's"}, by=admin, record_id="empty")

    page = browse.get("/crm/PT/", {"_q": sought})

    assert {record_id for record_id in ("home", "garage", "empty") if f'href="/crm/PT/{record_id}/"' in page.text} == found


@pytest.mark.parametrize("of", [("PT", "owner"), ("CL", "email")])
def test_what_is_not_searchable_is_not_looked_into(places, ana, admin, browse, of):
    entity, name = of
    editing.change_field(Field.objects.get(entity__acronym=entity, name=name), searchable=False)
    publish(by=admin)
    saving.create(current.models()["PT"], {"name": "Home", "owner": "a"}, by=admin, record_id="home")

    assert 'href="/crm/PT/home/"' not in browse.get("/crm/PT/", {"_q": "ana"}).text


def test_the_form_takes_what_it_shows(places, ana, admin, browse):
    place = saving.create(places, {"name": "Home", "owner": "a"}, by=admin)
    page = browse.get(f"/crm/PT/{place.pk}/")
    assert 'value="ana@example.com"' in page.text
    assert "/crm/CL/a/" in page.text

    browse.post(f"/crm/PT/{place.pk}/", {"name": "House", "owner": "ana@example.com"})
    assert RecordChange.objects.get(kind="u").before == {"name": "Home"}

    refused = browse.post(f"/crm/PT/{place.pk}/", {"name": "House", "owner": "eva@example.com"})
    assert refused.status_code == 422
    assert "Customers has no record with the id or E-mail" in refused.text


def test_a_record_that_others_refer_to_stays_unless_they_go_with_it(places, ana, admin, customers):
    home = saving.create(places, {"name": "Home", "owner": "a"}, by=admin)
    saving.create(places, {"name": "Garage", "partOf": home.pk}, by=admin)
    saving.create(places, {"name": "Elsewhere"}, by=admin)

    with pytest.raises(StillReferred) as refusal:
        saving.delete(ana, by=admin)

    assert refusal.value.counts == {"Parts": 2}
    assert "Parts: 2" in str(refusal.value)
    assert (customers.objects.count(), places.objects.count()) == (1, 3)


def test_all_that_go_together_are_one_act_and_come_back_together(places, ana, admin, customers):
    home = saving.create(places, {"name": "Home", "owner": "a"}, by=admin)
    saving.create(places, {"name": "Garage", "partOf": home.pk}, by=admin)
    before = list(places.objects.order_by("id").values("id", "name", "owner", "partOf"))

    assert saving.delete(ana, by=admin, with_referring=True) == 3

    assert (customers.objects.count(), places.objects.count()) == (0, 0)
    deletions = RecordChange.objects.filter(kind="d")
    assert len(set(deletions.values_list("change_set", flat=True))) == 1
    assert {(change.entity, change.record_id) for change in deletions} == {("CL", "a"), *(("PT", row["id"]) for row in before)}
    assert ChangeSet.objects.get(pk=deletions[0].change_set_id).entity == "CL"

    record, count = restoring.restore(customers, "a", by=admin)

    assert (record.email, count) == ("ana@example.com", 3)
    assert list(places.objects.order_by("id").values("id", "name", "owner", "partOf")) == before


def test_a_record_that_refers_to_itself_hinders_nobody(places, admin):
    place = saving.create(places, {"name": "World"}, by=admin)
    saving.update(place, {"partOf": place.pk}, by=admin)

    assert saving.delete(place, by=admin) == 1


def test_too_many_go_one_after_the_other(places, ana, admin, monkeypatch, browse):
    from crm.records.writing import references  # noqa: PLC0415

    monkeypatch.setattr(references, "MOST", 1)
    for _n in range(2):
        saving.create(places, {"owner": "a"}, by=admin)

    with pytest.raises(StillReferred) as refusal:
        saving.delete(ana, by=admin, with_referring=True)

    assert refusal.value.is_too_many
    assert "too many" in browse.post("/crm/CL/a/delete/").text


def test_the_page_names_the_number_and_asks_for_the_choice(places, ana, admin, browse, customers):
    for n in range(3):
        saving.create(places, {"name": f"Home {n}", "owner": "a"}, by=admin)

    asked = browse.post("/crm/CL/a/delete/")
    assert asked.status_code == 409
    assert asked.context["counts"] == {"Parts": 3}
    assert "Delete all 4 records" in asked.text

    deleted = browse.post("/crm/CL/a/delete/", {"with_referring": "yes"})
    assert parse_qs(urlsplit(deleted.url).query) == {"_deleted": ["a"]}
    assert (customers.objects.count(), places.objects.count()) == (0, 0)

    restored = browse.post("/crm/CL/a/restore/", follow=True)
    assert "Restored ana@example.com and 3 records that referred to it." in restored.text
    assert places.objects.filter(owner="a").count() == 3


def test_a_reference_to_a_record_that_goes_meanwhile_is_refused(places, ana, admin, customers, monkeypatch):
    clean = checking.checked_changes

    def cleaned(*args, **kwargs):
        typed = clean(*args, **kwargs)
        customers.objects.all().delete()
        return typed

    monkeypatch.setattr(checking, "checked_changes", cleaned)

    with pytest.raises(InvalidRecord) as refusal:
        saving.create(places, {"owner": "a"}, by=admin)

    assert refusal.value.errors == {"owner": "The record “a” has been deleted."}


def test_the_history_tells_what_is_shown_in_a_constant_number_of_queries(
    places, ana, admin, customers, browse, django_assert_max_num_queries
):
    saving.create(customers, {"email": "bea@example.com"}, by=admin, record_id="b")
    place = saving.create(places, {"owner": "a"}, by=admin)
    for n in range(6):
        saving.update(place, {"owner": "ab"[(n + 1) % 2]}, by=admin)

    with django_assert_max_num_queries(14):
        page = browse.get(f"/crm/PT/{place.pk}/history/").text

    assert page.count("bea@example.com") >= 6


def test_a_hidden_relationship_holds_nobody_back(places, ana, admin, customers):
    from crm.people.actors import Actor  # noqa: PLC0415
    from crm.schema.draft import editing  # noqa: PLC0415
    from crm.schema.models import Field  # noqa: PLC0415
    from crm.schema.publishing import publishing  # noqa: PLC0415

    saving.create(places, {"owner": "a"}, by=admin)
    editing.hide_field(Field.objects.get(entity__acronym="PT", name="owner"))
    publishing.publish(by=Actor.operator())

    saving.delete(current.models()["CL"].objects.get(pk="a"), by=admin)

    assert not customers.objects.exists()


def test_an_entity_whose_other_end_is_not_published_still_answers(places, ana, admin, browse):
    from crm.schema.models import Publication  # noqa: PLC0415

    saving.create(places, {"name": "Home", "owner": "a"}, by=admin, record_id="home")
    publication = Publication.objects.first()
    publication.snapshot["entities"] = [entity for entity in publication.snapshot["entities"] if entity["acronym"] == "PT"]
    publication.digest = "without CL"
    publication.save()

    pages = ["/crm/PT/", "/crm/PT/home/", "/crm/PT/home/history/", "/crm/PT/?_sort=owner ASC", "/crm/PT/?owner=a"]
    assert [browse.get(page).status_code for page in pages] == [200] * len(pages)
