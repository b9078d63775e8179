"""Who may open what: one matrix over pages and roles, as design §3 draws it."""

import pytest
from django.test import Client

from clusters import catalogue
from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.records.writing import saving
from crm.schema.generated import current

pytestmark = pytest.mark.django_db

READER, EDITOR, MANAGER, ADMINISTRATOR = Role
EVERYBODY = set(Role)
WRITERS = {EDITOR, MANAGER, ADMINISTRATOR}
DELETERS = {MANAGER, ADMINISTRATOR}
ONLY_ADMINISTRATORS = {ADMINISTRATOR}

GET = {
    "/": EVERYBODY,
    "/crm/": EVERYBODY,
    "/crm/CL/": EVERYBODY,
    "/crm/CL/ana/": EVERYBODY,
    "/crm/CL/ana/history/": EVERYBODY,
    "/crm/CL/new/": WRITERS,
    "/clusters/": EVERYBODY,
    "/clusters/VIP/": EVERYBODY,
    "/clusters/new/": DELETERS,
    "/worksheets/": EVERYBODY,
    "/worksheets/new/": WRITERS,
    "/worksheets/export/CL/": DELETERS,
    "/worksheets/export/CL/file/": DELETERS,
    "/worksheets/template/CL/": WRITERS,
    "/jobs/": EVERYBODY,
    "/account/": EVERYBODY,
    "/schema/": ONLY_ADMINISTRATORS,
    "/schema/CL/": ONLY_ADMINISTRATORS,
    "/schema/new/": ONLY_ADMINISTRATORS,
    "/schema/CL/settings/": ONLY_ADMINISTRATORS,
    "/schema/CL/delete/": ONLY_ADMINISTRATORS,
    "/schema/CL/plan/": ONLY_ADMINISTRATORS,
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
    "/schema/CL/forms/default/fields/email/": DELETERS,
    "/people/": ONLY_ADMINISTRATORS,
    "/people/audit/": ONLY_ADMINISTRATORS,
}
POST = {
    "/crm/CL/ana/": WRITERS,
    "/crm/CL/new/": WRITERS,
    "/crm/CL/ana/delete/": DELETERS,
    "/crm/CL/ana/restore/": DELETERS,
    "/crm/CL/ana/history/undo/": DELETERS,
    "/clusters/new/": DELETERS,
    "/worksheets/new/": WRITERS,
    "/worksheets/undo/": DELETERS,
    "/schema/CL/": ONLY_ADMINISTRATORS,
    "/schema/new/": ONLY_ADMINISTRATORS,
    "/schema/CL/settings/": ONLY_ADMINISTRATORS,
    "/schema/CL/delete/": ONLY_ADMINISTRATORS,
    "/schema/CL/restore/": ONLY_ADMINISTRATORS,
    "/schema/CL/plan/": ONLY_ADMINISTRATORS,
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
    "/people/": ONLY_ADMINISTRATORS,
}
CASES = {("get", address): allowed for address, allowed in GET.items()} | {("post", a): allowed for a, allowed in POST.items()}


@pytest.fixture
def _ana_of_vip(db):
    catalogue.create_cluster("VIP", by=Actor.operator())
    saving.create(current.models()["CL"], {"email": "ana@example.com"}, by=Actor.operator(), record_id="ana")


@pytest.mark.usefixtures("_ana_of_vip")
@pytest.mark.parametrize("role", Role)
def test_role_passes_exactly_where_the_table_says(role):
    client = browser(role)

    passed = {case for case in CASES if getattr(client, case[0])(case[1]).status_code != 403}

    assert passed == {case for case, allowed in CASES.items() if role in allowed}


@pytest.mark.usefixtures("_ana_of_vip")
def test_nobody_without_an_account_passes():
    answers = [getattr(Client(), method)(address) for method, address in CASES]

    assert {(answer.status_code, answer["Location"].split("?")[0]) for answer in answers} == {(302, "/sign-in/")}


@pytest.mark.usefixtures("_ana_of_vip")
@pytest.mark.parametrize("role", Role)
def test_no_page_offers_what_is_refused(role):
    client = browser(role)
    pages = [
        address for address, allowed in GET.items() if role in allowed and not {"export", "template"} & set(address.split("/"))
    ]

    offered = {link for address in pages for link in links(client.get(address).content.decode())}

    assert {link for link in offered if link in GET and role not in GET[link]} == set()


def browser(role: Role) -> Client:
    client = Client()
    user = User.objects.filter(role=role).first() or User.objects.create_user(f"{role.name}@example.com", "x", role)
    client.force_login(user)
    return client


def links(page: str) -> set[str]:
    """Where a page's links and forms go, without their parameters."""
    parts = [part for mark in ('href="', 'action="') for part in page.split(mark)[1:]]
    return {part.split('"')[0].split("?")[0] for part in parts}
