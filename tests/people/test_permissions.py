"""Every role against every verb, as the design's table has it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.people.permissions import VERBS_OF, describe_role, describe_verb, may, require

VERBS = ["read", "form", "write", "import", "delete", "export", "undo", "oversee", "cluster", "shared_form", "schema", "people"]
ALLOWED = {
    Role.READER: {"read", "form"},
    Role.EDITOR: {"read", "form", "write", "import"},
    Role.MANAGER: {"read", "form", "write", "import", "delete", "export", "undo", "oversee", "cluster", "shared_form"},
    Role.ADMINISTRATOR: set(VERBS),
}
NOBODY = [None, AnonymousUser(), Actor(None, "page"), Actor(None, "key")]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("verb", VERBS)
def test_role_allows_verb(role, verb):
    user = User(email="ana@example.com", role=role)

    answers = {may(user, verb), may(Actor(user, "page"), verb), may(Actor(user, "page"), verb, "CL", "email")}

    assert answers == {verb in ALLOWED[role]}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("nobody", NOBODY)
def test_nobody_may_nothing(nobody, verb):
    assert not may(nobody, verb)


@pytest.mark.parametrize("verb", VERBS)
def test_inactive_administrator_may_nothing(verb):
    user = User(role=Role.ADMINISTRATOR, is_active=False)

    assert (may(user, verb), may(Actor(user, "page"), verb)) == (False, False)


@pytest.mark.parametrize("verb", VERBS)
def test_operator_may_everything(verb):
    assert may(Actor.operator(), verb)


def test_a_role_nobody_knows_allows_nothing():
    assert not may(User(role="ROOT"), "read")


def test_unknown_verb_is_a_mistake():
    with pytest.raises(ValueError, match="No such verb: fly"):
        may(Actor.operator(), "fly")


def test_refusal_says_what_was_refused():
    with pytest.raises(PermissionDenied, match="change fields and publish"):
        require(User(role=Role.MANAGER), "schema")


def test_permission_is_silent():
    require(User(role=Role.MANAGER), "export", "CL")


@pytest.mark.parametrize("verb", VERBS)
def test_every_refusal_is_a_sentence(verb):
    with pytest.raises(PermissionDenied, match=r"^Your role does not let you [a-z ]+\. Ask an administrator\.$"):
        require(None, verb)


OWNER = User(email="bia@example.com", role=Role.EDITOR)


@pytest.mark.parametrize(
    ("role", "is_allowed"), [(Role.READER, False), (Role.EDITOR, False), (Role.MANAGER, True), (Role.ADMINISTRATOR, True)]
)
@pytest.mark.parametrize("owner", [OWNER.pk, None], ids=["another", "nobody"])
def test_what_belongs_to_others_takes_a_manager(role, is_allowed, owner):
    user = User(email="ana@example.com", role=role)

    assert may(user, "import", owner=owner) is is_allowed
    assert may(Actor(user, "page"), "import", owner=owner) is is_allowed


def test_own_things_take_the_verb_alone():
    reader = User(email="ana@example.com", role=Role.READER)

    assert (may(OWNER, "import", owner=OWNER.pk), may(reader, "import", owner=reader.pk)) == (True, False)


def test_refusal_of_anothers_says_so():
    with pytest.raises(PermissionDenied, match="belongs to someone else"):
        require(User(role=Role.EDITOR), "import", owner=OWNER.pk)


def test_description_of_roles_holds_every_verb_once():
    described = " ".join(map(describe_role, VERBS_OF))

    assert {verb: described.count(describe_verb(verb)) for verb in VERBS} == dict.fromkeys(VERBS, 1)
