import re
from html import unescape

import pytest
from django.http import QueryDict

from crm.extensions import ClusterChip, ListedCluster, extensions
from crm.people.models import Role
from crm.records.models import RecordChange
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.designs.arranging import put_among_clusters
from crm.schema.designs.stored_forms import change_default
from crm.schema.models import DataEntity


def make(model, admin, *names):
    return [saving.create(model, {"firstName": name, "email": f"{name.lower()}@example.com"}, by=admin) for name in names]


def rows(response):
    return [row.record.firstName for row in response.context["rows"]]


def test_list_shows_records_with_a_link_each(browse, customers, admin):
    (ana,) = make(customers, admin, "Ana")

    response = browse.get("/crm/CL/")

    assert response.status_code == 200
    assert f'href="/crm/CL/{ana.pk}/"' in response.text
    assert "1 record" in response.text


def test_an_empty_entity_and_an_empty_answer_read_differently(browse, customers):
    assert "No records yet" in browse.get("/crm/CL/").text
    assert "Nothing matches" in browse.get("/crm/CL/?_q=zzz").text


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("_q=ana", ["Ana", "Anabel"]),
        ("_q=ANA+example", ["Ana", "Anabel"]),
        ("firstName=ana", ["Ana"]),
        ("firstName=ana*", ["Ana", "Anabel"]),
        ("firstName=*b*", ["Anabel", "Bob"]),
        ("firstName=a*l", ["Anabel"]),
        ("firstName=100%25", []),
        ("approved=true", ["Bob"]),
        ("approved=false", ["Ana", "Anabel"]),
        ("birthDate=1990-07-31", ["Bob"]),
        ("birthDateMonth=7", ["Bob"]),
        ("firstName=ana*&approved=", ["Ana", "Anabel"]),
    ],
)
def test_filters_and_keyword_narrow_the_list(browse, customers, admin, question, found):
    _ana, _anabel, bob = make(customers, admin, "Ana", "Anabel", "Bob")
    saving.update(bob, {"approved": True, "birthDate": "1990-07-31"}, by=admin)

    response = browse.get(f"/crm/CL/?{question}&_sort=firstName")

    assert rows(response) == found
    assert response.context["listing"].count == len(found)


def test_a_chip_takes_its_filter_away_and_keeps_the_others(browse, customers):
    response = browse.get("/crm/CL/?approved=true&_q=ana&_sort=email+DESC")

    chips = {chip.label: QueryDict(chip.without[1:]).dict() for chip in response.context["listing"].active}
    assert chips == {
        "Search": {"approved": "true", "_sort": "email DESC"},
        "Approved": {"_q": "ana", "_sort": "email DESC"},
    }


@pytest.mark.parametrize("sort", ["firstName ASC", "firstName DESC", "id ASC", "id DESC", "birthDate DESC", "approved ASC"])
def test_pages_follow_one_another_and_back(browse, customers, admin, monkeypatch, sort):
    monkeypatch.setattr("crm.records.lists.paging.read_page.__kwdefaults__", {"after": "", "before": "", "size": 2})
    for i, name in enumerate(["Ana", "Ana", "", "Bea", "", "Cai", "Ana"]):
        saving.create(customers, {"firstName": name, "birthDate": "" if i % 2 else f"199{i}-01-01"}, by=admin)
    whole = sorted(customers.objects.all(), key=lambda record: sort_key(record, sort), reverse=sort.endswith("DESC"))

    forwards, backwards = [], []
    response = browse.get("/crm/CL/", {"_sort": sort})
    while True:
        forwards.append([row.record.pk for row in response.context["rows"]])
        if not (address := response.context["listing"].next_address):
            break
        response = browse.get(f"/crm/CL/{address}")
    while address := response.context["listing"].previous_address:
        response = browse.get(f"/crm/CL/{address}")
        backwards.insert(0, [row.record.pk for row in response.context["rows"]])

    assert [pk for page in forwards for pk in page] == [record.pk for record in whole]
    assert backwards == forwards[:-1]


def sort_key(record, sort):
    value = getattr(record, sort.split()[0])
    return (value is not None, str(value), record.pk)


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_asks_a_constant_number_of_questions(browse, customers, admin, count, django_assert_num_queries):
    make(customers, admin, *["Ana", "Bea", "Cai"][:count])
    browse.get("/crm/CL/")

    with django_assert_num_queries(EXPECTED_QUERIES):
        browse.get("/crm/CL/?_sort=email")


EXPECTED_QUERIES = 9


@pytest.mark.parametrize(
    "question",
    [
        "_sort=nothing", "_sort=email+SIDEWAYS", "_sort=id;drop", "_after=x", "_after=AAAA", "_before=W10", "_after=WzEsMl0",
        "_after=bnVsbA", "nothing=1", "crm_version=1", "email__contains=a", "firstName=a%00b", "_q=a%00b", "_sort=%00",
        "approved=maybe", "birthDate=yesterday", "birthDateMonth=July", "approved=>1", "firstName=<>", "_where=firstName=", "_where=nothing=1", "_where=restrictions=x", "firstName=" + "a" * 5000, "_q=" + "a" * 5000,
        "_form=nothing", "_form=%00", "_nonsense=1", "_where=approved", "restrictions=x",
        "_sort=email&_after=WyJhXHUwMDAwIiwieCJd",
        "_sort=birthDate&_after=WyJub3BlIiwieCJd", "_after=WzEsIlx1MDAwMCJd",
        "_sort=id&_after=WyJcdTAwMDAiLCJ4Il0",
    ],
)  # fmt: skip
def test_hostile_questions_are_refused_kindly(browse, customers, question):
    response = browse.get(f"/crm/CL/?{question}")

    assert response.status_code == 400
    assert "Show the whole list" in response.text


@pytest.mark.parametrize(
    "address", ["/crm/XX/", "/crm/CL/nothing/", "/crm/CL/a%00b/", "/crm/cl/", "/crm/CL/a%00b/history/", "/crm/CL/a/history/"]
)
def test_what_is_not_there_is_not_found(browse, customers, address):
    assert browse.get(address).status_code == 404


def test_making_a_record(browse, customers):
    response = browse.post("/crm/CL/new/", {"firstName": "Ana", "email": "ana@example.com"})

    record = customers.objects.get()
    assert response["Location"] == f"/crm/CL/{record.pk}/"
    assert (record.firstName, record.email, record.approved) == ("Ana", "ana@example.com", False)


def test_a_refusal_keeps_what_was_typed_and_names_the_field(browse, customers):
    response = browse.post("/crm/CL/new/", {"firstName": "Ana", "email": "nonsense"})

    assert response.status_code == 422
    assert 'value="Ana"' in response.text
    assert list(response.context["form"].errors) == ["email"]
    assert not customers.objects.exists()


def posted(response):
    """What a browser sends back from the form as it is shown."""
    form = response.context["form"]
    data = {
        name: field.initial for name, field in form.fields.items() if not field.disabled and field.initial not in {None, False}
    }
    return {name: "on" if value is True else value for name, value in data.items()} | {"_shown": " ".join(form.switches)}


def test_saving_the_form_as_shown_changes_nothing(browse, customers, admin):
    values = {"firstName": "Ana", "approved": True, "birthDate": "1990-07-31", "rclastsessiondate": "2026-01-31T10:00:00.5Z"}
    record = saving.create(customers, values, by=admin)
    address = f"/crm/CL/{record.pk}/"

    response = browse.post(address, posted(browse.get(address)))

    assert response.status_code == 302
    assert RecordChange.objects.count() == 1


def test_changing_a_field_and_switching_a_box_off(browse, customers, admin):
    record = saving.create(customers, {"firstName": "Ana", "approved": True}, by=admin)
    address = f"/crm/CL/{record.pk}/"
    typed = posted(browse.get(address)) | {"firstName": "Bea"}
    del typed["approved"]

    browse.post(address, typed)

    record = customers.objects.get()
    assert (record.firstName, record.approved) == ("Bea", False)


def test_an_old_fault_does_not_hinder_another_change(browse, customers, admin):
    record = saving.create(customers, {"firstName": "Ana"}, by=admin)
    customers.objects.update(email="not an e-mail")
    address = f"/crm/CL/{record.pk}/"

    response = browse.post(address, posted(browse.get(address)) | {"firstName": "Bea"})

    assert response.status_code == 302
    assert (customers.objects.get().firstName, customers.objects.get().email) == ("Bea", "not an e-mail")


def test_a_conflict_shows_both_values_and_loses_nothing(browse, customers, admin):
    record = saving.create(customers, {"firstName": "Ana", "lastName": "Lima"}, by=admin)
    address = f"/crm/CL/{record.pk}/"
    mine = posted(browse.get(address)) | {"firstName": "Mine"}
    saving.update(record, {"firstName": "Theirs", "lastName": "Costa"}, by=admin)

    response = browse.post(address, mine)

    assert response.status_code == 409
    assert [(both.field.name, both.stored, both.typed) for both in response.context["both"]] == [("firstName", "Theirs", "Mine")]
    shown = {name: response.context["form"][name].value() for name in ("firstName", "lastName", "crm_version")}
    assert shown == {"firstName": "Mine", "lastName": "Costa", "crm_version": "2"}
    assert customers.objects.get().firstName == "Theirs"


def inputs(response):
    found = re.findall(r'<input[^>]*name="(\w+)"[^>]*>', response.text)
    return [unescape(name) for name in found]


def clusters_apart(name):
    entity = DataEntity.objects.get(acronym="PT")
    change_default(entity, lambda design: put_among_clusters(design, name), what="Set apart")


def test_clusters_stand_beside_the_fields_with_a_switch_each(browse, define, admin, monkeypatch):
    parts = define(code="Varchar 50", Dealers="Boolean")
    clusters_apart("Dealers")
    chip = ClusterChip("{{ label }} {% now %}", 3, "/clusters/Dealers/")
    cluster = ListedCluster("Dealers", chip, "hand", "Dealers", "Dealers=true", "Dealers=true")
    monkeypatch.setattr(extensions, "clusters", lambda _actor, _entity: [cluster])
    record = saving.create(parts, {"code": "A"}, by=admin)
    address = f"/crm/PT/{record.pk}/"

    response = browse.get(address)
    browse.post(address, posted(response) | {"Dealers": "on"})

    assert [name for name in inputs(response) if name in {"code", "Dealers"}] == ["code", "Dealers"]
    assert '<span class="chip chip-3">{{ label }} {% now %}</span>' in response.text
    assert '<a href="/clusters/Dealers/">' in response.text
    assert parts.objects.get().Dealers is True


def test_deleting_offers_undo(browse, customers, admin):
    (ana,) = make(customers, admin, "Ana")

    response = browse.post(f"/crm/CL/{ana.pk}/delete/", follow=True)
    assert f'action="/crm/CL/{ana.pk}/restore/"' in response.text
    browse.post(f"/crm/CL/{ana.pk}/restore/")

    assert customers.objects.get().firstName == "Ana"


def test_the_history_of_a_deleted_record_offers_to_restore_it(browse, customers, admin):
    (ana,) = make(customers, admin, "Ana")
    saving.delete(ana, by=admin)

    response = browse.get(f"/crm/CL/{ana.pk}/history/")

    assert f'action="/crm/CL/{ana.pk}/restore/"' in response.text
    assert f'href="/crm/CL/{ana.pk}/"' not in response.text


def test_history_is_told_in_labels(browse, customers, admin):
    (ana,) = make(customers, admin, "Ana")
    saving.update(ana, {"firstName": "Bea", "approved": True}, by=admin)

    response = browse.get(f"/crm/CL/{ana.pk}/history/")

    entry = response.context["events"][0]
    assert [(change.label, change.before, change.after) for change in entry.changes] == [
        ("First name", "Ana", "Bea"),
        ("Approved", "No", "Yes"),
    ]
    assert "by Ada" in response.text


PEOPLE = {
    Role.READER: {"list": 200, "new": 403, "page": 200, "save": 403, "delete": 403, "history": 200},
    Role.EDITOR: {"list": 200, "new": 200, "page": 200, "save": 302, "delete": 403, "history": 200},
    Role.MANAGER: {"list": 200, "new": 200, "page": 200, "save": 302, "delete": 302, "history": 200},
}


@pytest.mark.parametrize("role", PEOPLE)
def test_pages_allow_what_the_role_allows(browse, customers, admin, role):
    (ana,) = make(customers, admin, "Ana")
    admin.user.role = role
    admin.user.save()
    page = f"/crm/CL/{ana.pk}/"

    statuses = {
        "list": browse.get("/crm/CL/").status_code,
        "new": browse.get("/crm/CL/new/").status_code,
        "page": browse.get(page).status_code,
        "save": browse.post(page, {"firstName": "Bea"}).status_code,
        "history": browse.get(f"{page}history/").status_code,
        "delete": browse.post(f"{page}delete/").status_code,
    }

    assert statuses == PEOPLE[role]


def test_choices_are_offered_and_a_retired_one_stays(browse, define, admin):
    tiers = [{"value": "gold", "label": "Gold"}, {"value": "silver", "label": "Silver"}]
    parts = define(tier=FieldDefinition("tier", "Choice", options={"choices": tiers}), code="Varchar 50")
    record = saving.create(parts, {"tier": "gold"}, by=admin)
    parts.objects.update(tier="bronze")
    address = f"/crm/PT/{record.pk}/"

    browse.post(address, posted(browse.get(address)) | {"code": "A"})

    assert (parts.objects.get().tier, parts.objects.get().code) == ("bronze", "A")
    assert browse.get("/crm/PT/?tier=gold").context["listing"].active[0].text == "Gold"


@pytest.mark.parametrize("deleted", ["a/b", "%00", "new", "²", "a%20b", "x" * 101])
def test_a_deleted_record_is_named_by_an_id_or_not_at_all(browse, customers, deleted):
    page = browse.get(f"/crm/CL/?_deleted={deleted}")

    assert page.status_code == 200
    assert "was deleted" not in page.text
