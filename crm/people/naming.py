"""How pages name who acted: a person by name, the command line by the words of the language."""

from django.utils.translation import gettext as _

OPERATOR = "operator"  # the name that history stores for the command line, which has no account


def actor_label(name: str, user: object = None) -> str:
    """Who acted, of the name and user that were stored then. Empty where neither was, as for a failed sign-in."""
    return _("operator, by command") if user is None and name == OPERATOR else name


def person_label(user: object) -> str:
    """Who made something that keeps the user alone: without one, the operator did."""
    return actor_label(OPERATOR) if user is None else str(user)
