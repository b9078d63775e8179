"""Who may open what: one matrix over pages and roles, as design §3 draws it."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from clusters.catalogue import creating
from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.records.models import ChangeSet, Undo
from crm.records.writing import saving
from crm.schema.generated import current
from crm.worksheets.models import Worksheet

pytestmark = pytest.mark.django_db

READER, EDITOR, MANAGER, ADMINISTRATOR = Role
EVERYBODY = set(Role)
WRITERS = {EDITOR, MANAGER, ADMINISTRATOR}
OVERSEERS = {MANAGER, ADMINISTRATOR}  # of what belongs to somebody else; its owner: tests/people/test_objects_of_others.py
DELETERS = {MANAGER, ADMINISTRATOR}
ONLY_ADMINISTRATORS = {ADMINISTRATOR}

PERSON = UUID(int=1)
RUN = UUID(int=2)  # of an export
GET = {
    "/": EVERYBODY,
    "/search/": EVERYBODY,
    "/search/found/": EVERYBODY,
    "/crm/": EVERYBODY,
    "/crm/CL/": EVERYBODY,
    "/crm/CL/ana/": EVERYBODY,
    "/crm/CL/ana/history/": EVERYBODY,
    "/crm/CL/ana/files/photo/a.png": EVERYBODY,
    "/crm/CL/new/": WRITERS,
    "/crm/choices/AD/userId/": EVERYBODY,
    "/crm/clusters/CL/": EVERYBODY,
    "/crm/clusters/CL/ana/": EVERYBODY,
    "/crm/incomplete/CL/": EVERYBODY,
    "/crm/one-form/CL/": ONLY_ADMINISTRATORS,
    "/clusters/": EVERYBODY,
    "/clusters/VIP/": EVERYBODY,
    "/clusters/VIP/members/": EVERYBODY,
    "/clusters/VIP/why/ana/": EVERYBODY,
    "/clusters/Big/rule/": DELETERS,
    "/clusters/Big/settings/": DELETERS,
    "/clusters/Big/delete/": DELETERS,
    "/clusters/new/": DELETERS,
    "/clusters/new/tiers/": DELETERS,
    "/clusters/new/file/": DELETERS,
    "/clusters/new/templates/": DELETERS,
    "/clusters/new/from-field/": DELETERS,
    "/clusters/new/members/": WRITERS,
    "/clusters/new/values/": EVERYBODY,
    "/clusters/new/preview/": EVERYBODY,
    "/clusters/overlaps/": EVERYBODY,
    "/clusters/VIP/members/list/": WRITERS,
    "/clusters/VIP/profile/": EVERYBODY,
    "/clusters/VIP/overlaps/": EVERYBODY,
    "/clusters/VIP/history/": EVERYBODY,
    "/clusters/VIP/report/": EVERYBODY,
    "/clusters/VIP/used-by/": EVERYBODY,
    "/clusters/VIP/exports/": DELETERS,
    "/clusters/VIP/exports/new/": DELETERS,
    f"/clusters/VIP/exports/{RUN}/": DELETERS,
    "/clusters/Big/pins/": EVERYBODY,
    "/clusters/Big/copy/": DELETERS,
    "/worksheets/": EVERYBODY,
    "/worksheets/new/": WRITERS,
    "/worksheets/1/": OVERSEERS,
    "/worksheets/1/fields/0/": ONLY_ADMINISTRATORS,
    "/worksheets/1/changes/": OVERSEERS,
    "/worksheets/1/rows/created/": OVERSEERS,
    "/worksheets/1/refused/": OVERSEERS,
    "/worksheets/1/errors/": OVERSEERS,
    "/worksheets/1/before/": DELETERS,
    "/worksheets/undo/1/": DELETERS,
    "/worksheets/export/CL/": DELETERS,
    "/worksheets/export/CL/file/": DELETERS,
    "/worksheets/template/CL/": WRITERS,
    "/jobs/": EVERYBODY,
    "/account/": EVERYBODY,
    "/account/email/": EVERYBODY,
    "/account/password/": EVERYBODY,
    "/schema/": ONLY_ADMINISTRATORS,
    "/schema/health/": ONLY_ADMINISTRATORS,
    "/schema/CL/": ONLY_ADMINISTRATORS,
    "/schema/new/": ONLY_ADMINISTRATORS,
    "/schema/CL/settings/": ONLY_ADMINISTRATORS,
    "/schema/CL/delete/": ONLY_ADMINISTRATORS,
    "/schema/CL/plan/": ONLY_ADMINISTRATORS,
    "/schema/CL/discard/": ONLY_ADMINISTRATORS,
    "/schema/CL/indexes/": ONLY_ADMINISTRATORS,
    "/schema/CL/publications/": ONLY_ADMINISTRATORS,
    "/schema/CL/publications/1/": ONLY_ADMINISTRATORS,
    "/schema/CL/publications/1/revert/": ONLY_ADMINISTRATORS,
    "/schema/CL/fields/gender/": ONLY_ADMINISTRATORS,
    "/schema/CL/fields/gender/type/": ONLY_ADMINISTRATORS,
    "/schema/CL/purge/gender/": ONLY_ADMINISTRATORS,
    "/schema/CL/forms/": EVERYBODY,
    "/schema/CL/forms/default/": DELETERS,
    "/schema/CL/forms/default/list/": DELETERS,
    "/schema/CL/forms/default/settings/": DELETERS,
    "/schema/CL/forms/default/sections/s1/": DELETERS,
    "/schema/CL/forms/default/fields/email/": DELETERS,
    "/people/": ONLY_ADMINISTRATORS,
    f"/people/{PERSON}/": ONLY_ADMINISTRATORS,
    "/people/audit/": ONLY_ADMINISTRATORS,
}
POST = {
    "/crm/CL/ana/": WRITERS,
    "/crm/CL/new/": WRITERS,
    "/crm/CL/ana/delete/": DELETERS,
    "/crm/CL/ana/restore/": DELETERS,
    "/crm/CL/ana/history/undo/": DELETERS,
    "/clusters/new/": DELETERS,
    "/clusters/new/tiers/": DELETERS,
    "/clusters/VIP/members/": WRITERS,
    "/clusters/VIP/members/list/": WRITERS,
    "/clusters/new/templates/": DELETERS,
    "/clusters/new/from-field/": DELETERS,
    "/clusters/Big/copy/": DELETERS,
    "/clusters/VIP/exports/": DELETERS,
    "/clusters/VIP/exports/new/": DELETERS,
    "/clusters/VIP/history/": DELETERS,
    "/clusters/Big/rule/": DELETERS,
    "/clusters/Big/settings/": DELETERS,
    "/clusters/Big/archive/": DELETERS,
    "/clusters/Big/restore/": DELETERS,
    "/clusters/Big/delete/": DELETERS,
    "/worksheets/new/": WRITERS,
    "/worksheets/1/": OVERSEERS,
    "/worksheets/1/do/": OVERSEERS,
    "/worksheets/undo/": DELETERS,
    "/worksheets/undo/1/": DELETERS,
    "/schema/CL/": ONLY_ADMINISTRATORS,
    "/schema/new/": ONLY_ADMINISTRATORS,
    "/schema/CL/settings/": ONLY_ADMINISTRATORS,
    "/schema/CL/delete/": ONLY_ADMINISTRATORS,
    "/schema/CL/restore/": ONLY_ADMINISTRATORS,
    "/schema/CL/plan/": ONLY_ADMINISTRATORS,
    "/schema/CL/discard/": ONLY_ADMINISTRATORS,
    "/schema/CL/discard/back/": ONLY_ADMINISTRATORS,
    "/schema/CL/indexes/": ONLY_ADMINISTRATORS,
    "/schema/CL/indexes/by/drop/": ONLY_ADMINISTRATORS,
    "/schema/CL/publications/1/revert/": ONLY_ADMINISTRATORS,
    "/schema/CL/fields/gender/": ONLY_ADMINISTRATORS,
    "/schema/CL/fields/gender/type/": ONLY_ADMINISTRATORS,
    "/schema/CL/fields/gender/hide/": ONLY_ADMINISTRATORS,
    "/schema/CL/fields/gender/restore/": ONLY_ADMINISTRATORS,
    "/schema/CL/purge/gender/": ONLY_ADMINISTRATORS,
    "/schema/CL/forms/": EVERYBODY,
    "/schema/CL/forms/default/": DELETERS,
    "/schema/CL/forms/default/list/": DELETERS,
    "/schema/CL/forms/default/deed/": DELETERS,
    "/schema/CL/forms/deleted/1/": EVERYBODY,
    "/people/": ONLY_ADMINISTRATORS,
    f"/people/{PERSON}/role/": ONLY_ADMINISTRATORS,
    f"/people/{PERSON}/password/": ONLY_ADMINISTRATORS,
    f"/people/{PERSON}/sessions/": ONLY_ADMINISTRATORS,
    f"/people/{PERSON}/deactivate/": ONLY_ADMINISTRATORS,
    f"/people/{PERSON}/activate/": ONLY_ADMINISTRATORS,
}
CASES = {("get", address): allowed for address, allowed in GET.items()} | {("post", a): allowed for a, allowed in POST.items()}

# Patterns that the matrix cannot show, with the reason.
OUTSIDE = {
    "sign-in/": "anonymous visitors sign in here",
    "sign-in/up/": "says to anonymous visitors that administrators make the accounts",
    "sign-in/inactive/": "says to anonymous visitors that an account is deactivated",
    "sign-out/": "ends the session that asks, whoever it is",
    "language/": "anonymous visitors choose a language too",
    "readyz": "answered before anybody signs in",
    "jobs/<uuid:job_id>/cancel/": "people see their own jobs alone, whatever their role: tests/jobs/test_views.py",
}


@pytest.fixture
def _ana_of_vip(db):
    by = Actor.operator()
    creating.create_cluster("VIP", by=by)
    creating.create_cluster("Big", rule="VIP=true", by=by)
    saving.create(current.models()["CL"], {"email": "ana@example.com"}, by=by, record_id="ana")
    Worksheet.objects.create(number=1, entity="CL", name="list.csv", file=ContentFile(b"email\n", "list.csv"))
    Undo.objects.create(pk=1, target=ChangeSet.objects.filter(entity="CL").latest("pk"))
    User.objects.create_user("eva@example.com", "x", Role.READER, pk=PERSON)


def test_the_matrix_covers_every_address():
    covered = {resolve(address).route for _method, address in CASES}

    assert covered | set(OUTSIDE) == set(routes(get_resolver()))
    assert covered.isdisjoint(OUTSIDE)


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern, route)


@pytest.mark.usefixtures("_ana_of_vip")
@pytest.mark.parametrize("role", Role)
def test_role_passes_exactly_where_the_table_says(role, sign_in):
    client = sign_in(role)

    passed = {case for case in CASES if getattr(client, case[0])(case[1]).status_code != 403}

    assert passed == {case for case, allowed in CASES.items() if role in allowed}


@pytest.mark.usefixtures("_ana_of_vip")
def test_nobody_without_an_account_passes():
    answers = [getattr(Client(), method)(address) for method, address in CASES]

    assert {(answer.status_code, answer["Location"].split("?")[0]) for answer in answers} == {(302, "/sign-in/")}


@pytest.mark.usefixtures("_ana_of_vip")
@pytest.mark.parametrize("role", Role)
def test_no_page_offers_what_is_refused(role, sign_in):
    client = sign_in(role)
    answers = [client.get(address) for address, allowed in GET.items() if role in allowed]

    offered = {link for answer in answers if not answer.streaming for link in links(answer.content.decode(errors="ignore"))}

    assert {link for link in offered if link in GET and role not in GET[link]} == set()


def links(page: str) -> set[str]:
    """Where a page's links and forms go, without their parameters."""
    parts = [part for mark in ('href="', 'action="') for part in page.split(mark)[1:]]
    return {part.split('"')[0].split("?")[0] for part in parts}
