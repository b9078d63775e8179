"""The audit trail, read by administrators."""

from datetime import datetime

import pytest
from django.utils import timezone

from crm.people import audit_trail
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.people.models import AuditEvent, Role

pytestmark = pytest.mark.django_db

OPERATOR = Actor.operator()


@pytest.fixture
def shown(as_admin):
    """What the page lists at these parameters: verb, subject, details."""

    def entries(**parameters: str) -> list[tuple[str, str, str]]:
        page = as_admin.get("/people/audit/", parameters).context["page"]
        return [(entry.event.verb, entry.subject, entry.details) for entry in page.entries]

    return entries


@pytest.fixture
def role_change(reader) -> AuditEvent:
    return record_event(OPERATOR, "role-changed", subject=str(reader.pk), details={"from": "READONLY", "to": "POWER"})


def test_audit_trail_speaks_the_readers_language(as_admin):
    AuditEvent.objects.create(verb="role-changed")
    AuditEvent.objects.create(verb="of-another-app")

    page = as_admin.get("/people/audit/", headers={"accept-language": "pt-BR"}).content.decode()

    assert ">Papel alterado</td>" in page
    assert ">of-another-app</td>" in page


def test_people_are_named_and_roles_said_before_and_after(shown, role_change, reader):
    assert ("role-changed", str(reader), "Reader → Manager") in shown()


def test_sizes_and_names_are_said(shown):
    record_event(OPERATOR, "export", subject="CL", details={"rows": 12345, "fields": list("abcdefghij"), "format": "csv"})
    record_event(OPERATOR, "import", subject="CL #3", details={"rows": 3, "created": 1, "errors": 2})

    assert shown(_verb="export") == [("export", "CL", "rows: 12,345 · fields: a, b, c, d, e, f, g, h, +2 · format: csv")]
    assert shown(_verb="import") == [("import", "CL #3", "rows: 3 · created: 1 · refused: 2")]


def test_narrowed_to_what_somebody_did_or_was_done_to(shown, role_change, reader, editor):
    record_event(Actor(reader, "page"), "password-changed", subject=str(reader.pk))
    record_event(Actor(editor, "page"), "password-changed", subject=str(editor.pk))

    assert [verb for verb, _subject, _details in shown(_person=str(reader.pk))] == ["password-changed", "role-changed"]


@pytest.mark.parametrize(
    ("parameters", "is_found"),
    [
        ({"_from": "2026-03-02", "_to": "2026-03-02"}, True),
        ({"_from": "2026-03-03"}, False),
        ({"_to": "2026-03-01"}, False),
    ],
)
def test_narrowed_to_days_of_the_site(shown, parameters, is_found, settings):
    settings.TIME_ZONE = "America/Sao_Paulo"
    event = record_event(OPERATOR, "purge")
    late = timezone.make_aware(datetime(2026, 3, 2, 23, 30))
    AuditEvent._base_manager.filter(pk=event.pk).update(at=late)

    assert (("purge", "", "") in shown(**parameters)) is is_found


def test_pages_follow_each_other_without_gap_or_repeat(as_admin, monkeypatch):
    monkeypatch.setattr(audit_trail, "PAGE_SIZE", 2)
    made = [record_event(OPERATOR, "purge", subject=str(n)).pk for n in range(5)]

    address, seen = "/people/audit/?_verb=purge", []
    while address:
        page = as_admin.get(address).context["page"]
        seen += [entry.event.pk for entry in page.entries]
        address = f"/people/audit/?_verb=purge&_after={page.next}" if page.next else ""

    assert seen == made[::-1]


@pytest.mark.parametrize("events", [1, 3])
def test_page_takes_the_same_number_of_queries(as_admin, reader, events, django_assert_max_num_queries):
    for _number in range(events):
        record_event(OPERATOR, "password-reset", subject=str(reader.pk))

    with django_assert_max_num_queries(9):
        as_admin.get("/people/audit/")


@pytest.mark.parametrize("parameters", [{"_from": "yesterday"}, {"_verb": "fly"}, {"_person": "\0"}, {"_person": "x"}])
def test_what_cannot_be_looked_for_is_refused_in_words(as_admin, parameters):
    answer = as_admin.get("/people/audit/", parameters)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, list(parameters))


@pytest.mark.parametrize("after", ["²", "9" * 4400, "-1", "x", "\0"])
def test_odd_places_show_the_first_page(as_admin, after):
    assert as_admin.get("/people/audit/", {"_after": after}).status_code == 200


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR, Role.MANAGER])
def test_only_administrators_read_it(client, role, django_user_model):
    client.force_login(django_user_model.objects.create_user("ana@example.com", None, role))

    assert client.get("/people/audit/").status_code == 403
