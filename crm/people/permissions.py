"""Permissions: may this user do this? The one place that every page, command and API call asks."""

from typing import Literal
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.people.models import Role, User

READER = {"read", "form"}
EDITOR = READER | {"write", "import"}
MANAGER = EDITOR | {"delete", "export", "undo", "oversee", "cluster", "shared_form"}
ADMINISTRATOR = MANAGER | {"schema", "people"}

VERBS_OF: dict[str, set[str]] = {
    Role.READER: READER,
    Role.EDITOR: EDITOR,
    Role.MANAGER: MANAGER,
    Role.ADMINISTRATOR: ADMINISTRATOR,
}

Subject = Actor | User | AnonymousUser | None
Owner = UUID | Literal["anyone"] | None  # the user's id; None: an owner without an account, as of a command


def may(who: Subject, verb: str, entity: str | None = None, field: str | None = None, *, owner: Owner = "anyone") -> bool:  # noqa: ARG001  # roles hold for all entities and fields today
    """Return True if `who` may `verb`: on an entity, one of its fields, or something that belongs to `owner`.

    What belongs to another user also takes the verb `oversee`. Raises ValueError for an unknown verb, a mistake of ours.
    """
    if verb not in ADMINISTRATOR:
        raise ValueError(f"No such verb: {verb}")
    verbs = VERBS_OF.get(_role(who) or "", set())
    return verb in verbs and ("oversee" in verbs or owner == "anyone" or (owner is not None and owner == _user_id(who)))


def require(who: Subject, verb: str, entity: str | None = None, field: str | None = None, *, owner: Owner = "anyone") -> None:
    """Raises PermissionDenied with a sentence for the user."""
    if not may(who, verb, entity, field):
        raise PermissionDenied(_("Your role does not let you %(what)s. Ask an administrator.") % {"what": describe_verb(verb)})
    if not may(who, verb, entity, field, owner=owner):
        raise PermissionDenied(_("This belongs to someone else. Your role does not let you open or end it; ask a manager."))


def describe_verb(verb: str) -> str:
    return _words()[verb]


def _words() -> dict[str, str]:
    """Every verb as it continues «may …» and «does not let you …», in the order in which roles are explained."""
    return {
        "read": _("see records and clusters"),
        "form": _("keep personal forms"),
        "write": _("change records"),
        "import": _("import worksheets"),
        "delete": _("delete records"),
        "export": _("export records"),
        "undo": _("undo an import"),
        "oversee": _("open and stop what others import"),
        "cluster": _("make or change clusters"),
        "shared_form": _("change forms that others use"),
        "schema": _("change fields and publish"),
        "people": _("manage people"),
    }


def describe_role(role: str) -> str:
    """What the role allows, in a sentence that builds on the role before it."""
    roles = list(VERBS_OF)
    before = Role(roles[roles.index(role) - 1]) if role != roles[0] else None
    added = VERBS_OF[role] - (VERBS_OF[before] if before else set())
    verbs = ", ".join(words for verb, words in _words().items() if verb in added)
    if before is None:
        return _("May %(verbs)s.") % {"verbs": verbs}
    return _("The same as %(role)s; may also %(verbs)s.") % {"role": before.label, "verbs": verbs}


def _role(who: Subject) -> str | None:
    if isinstance(who, Actor):
        return who.role
    return who.role if isinstance(who, User) and who.is_active else None


def _user_id(who: Subject) -> UUID | None:
    return who.user_id if isinstance(who, Actor) else who.pk if isinstance(who, User) else None
