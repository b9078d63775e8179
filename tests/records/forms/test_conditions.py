"""Fields of a form that are shown, required or read-only by a rule: what the page says before saving, the database says after."""

import re
from random import Random

import pytest

from crm.people import permissions
from crm.records import querying
from crm.records.querying import matching
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.designs import arranging, stored_forms
from crm.schema.draft import editing
from crm.schema.form_design import FormDesign, PlaceDesign, SectionDesign
from crm.schema.models import DataEntity, Field
from crm.schema.publishing import publishing
from crm.schema.record import new_record_id

GOLD = {"choices": [{"value": "Gold"}, {"value": "Silver"}]}
COMPANY = PlaceDesign("trade", shown_if="isCompany=true", required_if="isCompany=true AND size>10")
ASKED = (PlaceDesign("isCompany"), PlaceDesign("size"), COMPANY)


@pytest.fixture
def parts(define):
    return define(
        isCompany="Boolean",
        size="Integer",
        trade="Varchar 50",
        note="Varchar 50",
        day="Date",
        price="Decimal",
        tier=FieldDefinition("tier", "Choice", options=GOLD),
        big=FieldDefinition("big", "Rule", options={"expression": "size>10"}),
    )


@pytest.fixture
def shows(parts, admin):
    """Lays the default form of PT out with these places."""

    def laid_out(*places: PlaceDesign) -> None:
        entity = DataEntity.objects.get(acronym="PT")
        stored_forms.change_default(entity, lambda _design: FormDesign((SectionDesign("s1", {}, (places,)),)), what="Designed")

    return laid_out


def make(parts, admin, **values):
    """Also a record in which nothing is filled in."""
    return saving.create(parts, values, by=admin, record_id=new_record_id())


def sent(**values) -> dict[str, str]:
    """What a browser sends: an unchecked box is only named."""
    typed = {name: "on" if value is True else value for name, value in values.items() if value is not False}
    return {"_shown": " ".join(name for name, value in values.items() if isinstance(value, bool)), **typed}


def hidden(page: str) -> set[str]:
    return set(re.findall(r'data-place="(\w+)" hidden', page))


def stored(parts, record):
    return parts.objects.get(pk=record.pk)


def test_a_field_is_there_when_its_rule_holds(browse, parts, shows, admin):
    shows(*ASKED)
    company, person = make(parts, admin, isCompany=True), make(parts, admin, isCompany=False)

    pages = [browse.get(f"/crm/PT/{at}/").text for at in ("new", person.pk, company.pk)]

    assert [hidden(page) for page in pages] == [{"trade"}, {"trade"}, set()]


def test_what_is_not_shown_is_not_taken_either(browse, parts, shows, admin):
    shows(*ASKED)
    record = make(parts, admin, isCompany=True, trade="Old")

    made = browse.post("/crm/PT/new/", sent(isCompany=False, size="50", trade="Smuggled"))
    changed = browse.post(f"/crm/PT/{record.pk}/", sent(isCompany=False, trade="Smuggled"))

    assert (made.status_code, changed.status_code) == (302, 302)
    assert sorted(parts.objects.values_list("trade", "size"), key=str) == [("Old", None), (None, 50)]


def test_what_a_rule_makes_needed_is_asked_for_with_all_that_was_typed(browse, parts, shows, admin):
    shows(*ASKED)
    record = make(parts, admin)
    company = sent(isCompany=True, size="50")

    for address in ("/crm/PT/new/", f"/crm/PT/{record.pk}/"):
        for answer in (browse.post(address, company), browse.post(address, {**company, "trade": " "})):
            assert answer.status_code == 422
            assert list(answer.context["form"].errors) == ["trade"]
            assert hidden(answer.text) == set()
            assert 'value="50"' in answer.text
            assert "trade (required)" in answer.text
    assert browse.post(address, {**company, "trade": "ACME"}).status_code == 302
    assert stored(parts, record).trade == "ACME"


def test_the_forms_default_fills_nothing_that_a_page_left_out(browse, parts, shows):
    shows(PlaceDesign("note", required=True, default="usual"), COMPANY, PlaceDesign("isCompany"), PlaceDesign("size"))

    assert browse.post("/crm/PT/new/", sent(isCompany=False, size="1")).status_code == 422


def test_a_partial_change_does_not_ask_again_for_what_was_needed_before(browse, parts, shows, admin):
    shows(*ASKED, PlaceDesign("note"))
    record = make(parts, admin, isCompany=True, size=50)

    assert browse.post(f"/crm/PT/{record.pk}/", {"note": "n"}).status_code == 302


def test_what_is_stored_decides_what_is_read_only(browse, parts, shows, admin):
    shows(PlaceDesign("note", read_only_if="note is not null"), PlaceDesign("tier", read_only_if="size>10"), PlaceDesign("size"))
    record = make(parts, admin, size=1)

    browse.post(f"/crm/PT/{record.pk}/", {"note": "once", "tier": "Gold", "size": "50"})
    browse.post(f"/crm/PT/{record.pk}/", {"note": "twice", "tier": "Silver", "size": "1"})

    assert (stored(parts, record).note, stored(parts, record).tier, stored(parts, record).size) == ("once", "Gold", 1)


def test_with_a_script_the_server_is_asked_while_one_types(browse, parts, shows, admin):
    shows(*ASKED)
    record = make(parts, admin)

    for address in ("/crm/PT/new/", f"/crm/PT/{record.pk}/"):
        few, many = (browse.post(address, {**sent(isCompany=True, size=size), "_look": "1"}).json() for size in ("1", "50"))
        assert few == {"trade": {"shown": True, "required": False, "label": "trade"}}
        assert many == {"trade": {"shown": True, "required": True, "label": "trade (required)"}}
    assert "data-conditional" in browse.get(address).text
    assert parts.objects.count() == 1


def test_a_field_that_is_hidden_does_not_count_for_others(browse, parts, shows, admin):
    shows(
        PlaceDesign("note", shown_if="trade is null"), PlaceDesign("trade", shown_if="isCompany=true"), PlaceDesign("isCompany")
    )

    browse.post("/crm/PT/new/", sent(isCompany=False, trade="Smuggled", note="taken"))

    assert list(parts.objects.values_list("note", "trade")) == [("taken", None)]


RULES = [
    "isCompany=true", "size>10 OR size is null", "NOT trade=*acme*", "big=true", "tier in (Gold)", "price between 1.5 AND 2.5",
    "day>=2026-01-31", "note is null AND isCompany=false",
]  # fmt: skip
VALUES = {
    "isCompany": [True, False], "size": ["", "1", "50", "many"], "trade": ["", "The ACME", "Other"], "note": ["", "x"],
    "tier": ["", "Gold", "Silver"], "price": ["", "1.5", "3"], "day": ["", "2026-01-30", "2026-02-01"],
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_law_the_page_says_of_what_is_typed_what_the_database_says_once_it_is_stored(browse, parts, shows, admin, rule):
    places = [PlaceDesign(name) for name in VALUES]
    shows(*places, PlaceDesign("createdBy"), PlaceDesign("big"))
    editing.add_field(DataEntity.objects.get(acronym="PT"), FieldDefinition("judged", "Varchar 50"))
    publishing.publish(by=admin)
    shows(*places, PlaceDesign("judged", shown_if=rule))
    chance = Random(rule)  # the same cases each time
    for _case in range(6):
        typed = sent(**{name: chance.choice(values) for name, values in VALUES.items()})
        said = browse.post("/crm/PT/new/", {**typed, "_look": "1"}).json()
        if browse.post("/crm/PT/new/", {**typed, "judged": "taken"}).status_code == 302:
            newest = parts.objects.order_by("-createdIn", "-id")[:1].values_list("pk", flat=True)
            assert said["judged"]["shown"] is matching(parts.objects.filter(pk__in=list(newest)), rule).exists()


@pytest.mark.parametrize("break_it", ["remove", "forbid"])
def test_a_rule_that_cannot_be_answered_is_as_if_it_were_not_there(browse, parts, shows, admin, monkeypatch, break_it):
    shows(PlaceDesign("note", shown_if="tier=Gold", read_only_if="tier=Gold"), PlaceDesign("trade", required_if="tier is null"))
    if break_it == "remove":
        editing.hide_field(Field.objects.get(entity__acronym="PT", name="tier"))
        publishing.publish(by=admin)
    else:
        monkeypatch.setattr(
            querying, "may", lambda who, verb, entity, field: field != "tier" and permissions.may(who, verb, entity, field)
        )
    record = make(parts, admin)

    page = browse.get(f"/crm/PT/{record.pk}/")
    saved = browse.post(f"/crm/PT/{record.pk}/", {"note": "n", "trade": ""})

    assert (page.status_code, hidden(page.text), saved.status_code) == (200, set(), 302)
    assert stored(parts, record).note == "n"
    designer = browse.get("/schema/PT/forms/default/").text
    assert ("note: The rule cannot be answered" in designer) is (break_it == "remove")


def test_a_circle_that_came_by_file_ends(browse, parts, shows):
    shows(PlaceDesign("note", shown_if="trade=x"), PlaceDesign("trade", shown_if="note=x"), PlaceDesign("size"))

    assert browse.get("/crm/PT/new/").status_code == 200
    assert browse.post("/crm/PT/new/", {"note": "x", "trade": "x", "size": "1"}).status_code == 302


def test_a_field_of_the_related_record_is_asked_for_as_it_was_picked(browse, define, customers, admin):
    define("QT", who=FieldDefinition("who", "Relationship", options={"entity": "CL", "display": "email"}), gift="Varchar 50")
    places = (PlaceDesign("who"), PlaceDesign("gift", shown_if="who.isCorporate=true"))
    entity = DataEntity.objects.get(acronym="QT")
    stored_forms.change_default(entity, lambda _design: FormDesign((SectionDesign("s1", {}, (places,)),)), what="Designed")
    for name in ("corporate", "private"):
        values = {"email": f"{name}@example.com", "isCorporate": name == "corporate"}
        saving.create(customers, values, by=admin, record_id=name)

    def shown(who: str) -> bool:
        return browse.post("/crm/QT/new/", {"who": who, "_look": "1"}).json()["gift"]["shown"]

    assert [shown(who) for who in ("corporate", "corporate@example.com")] == [True, True]
    assert [shown(who) for who in ("private", "", "nobody", "\0")] == [False, False, False, False]


def test_what_is_required_everywhere_is_always_shown(browse, define):
    define("QT", code=FieldDefinition("code", "Varchar 50", nullable=False), note="Varchar 50")
    entity = DataEntity.objects.get(acronym="QT")
    stored_forms.change_default(entity, lambda design: arranging.set_place(design, "code", shown_if="note=x"), what="Designed")

    assert hidden(browse.get("/crm/QT/new/").text) == set()


def test_the_name_of_a_section_is_text(browse, parts, admin):
    entity = DataEntity.objects.get(acronym="PT")
    strange = "{% load nothing %}{{ form }}<b>"
    stored_forms.change_default(entity, lambda design: arranging.add_section(design, {"en": strange}), what="Designed")
    key = entity.forms.get().content().sections[-1].key
    stored_forms.change_default(entity, lambda design: arranging.put(design, "note", key), what="Designed")

    page = browse.get("/crm/PT/new/")

    assert page.status_code == 200
    assert "<legend>{% load nothing %}{{ form }}&lt;b&gt;</legend>" in page.text
