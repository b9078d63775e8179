"""The one question: may this person do this? Every page, command and API call asks it here."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.people.models import Role, User

READER = {"read", "form"}
EDITOR = READER | {"write", "import"}
MANAGER = EDITOR | {"delete", "export", "undo", "cluster", "shared_form"}
ADMINISTRATOR = MANAGER | {"schema", "people"}

VERBS_OF: dict[str, set[str]] = {
    Role.READER: READER,
    Role.EDITOR: EDITOR,
    Role.MANAGER: MANAGER,
    Role.ADMINISTRATOR: ADMINISTRATOR,
}


def may(who: Actor | User | AnonymousUser | None, verb: str, entity: str | None = None, field: str | None = None) -> bool:  # noqa: ARG001  # roles hold for all entities and fields today
    """Whether `who` may `verb` (on an entity, on one of its fields). An unknown verb is a mistake of ours: ValueError."""
    if verb not in ADMINISTRATOR:
        raise ValueError(f"No such verb: {verb}")
    return verb in VERBS_OF.get(_role(who) or "", set())


def require(who: Actor | User | AnonymousUser | None, verb: str, entity: str | None = None, field: str | None = None) -> None:
    """Raises PermissionDenied with a sentence for the person."""
    if not may(who, verb, entity, field):
        raise PermissionDenied(_("Your role does not let you %(what)s. Ask an administrator.") % {"what": _in_words(verb)})


def _in_words(verb: str) -> str:
    words = {
        "read": _("see this"),
        "form": _("keep forms of your own"),
        "write": _("change records"),
        "import": _("import worksheets"),
        "delete": _("delete records"),
        "export": _("export records"),
        "undo": _("undo an import"),
        "cluster": _("make or change clusters"),
        "shared_form": _("change forms that others use"),
        "schema": _("change fields and publish"),
        "people": _("manage people"),
    }
    return words[verb]


def _role(who: Actor | User | AnonymousUser | None) -> str | None:
    if isinstance(who, Actor):
        return who.role
    return who.role if isinstance(who, User) and who.is_active else None
