"""Who wrote a record."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from crm.people.models import User
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.options import TypeOption
from crm.schema.fieldtypes.text import TextType

CREATED, CHANGED = "created", "changed"


class UserLogin(TextType):
    """The id of the person who made the record, or changed it last; filled by the system. Not checked: it outlives the person."""

    label = "User Login"
    kind = "user"
    longest = 50  # as `createdBy`
    has_names = True
    is_textual = False  # a page shows the person's name, the column holds the id
    can_be_searched = False
    can_be_converted = False
    rule_kind = "text"
    options = (
        TypeOption("when", "word", _("Filled"), words=((CHANGED, _("at every change")), (CREATED, _("when the record is made")))),
    )
    filled_with = "user"
    can_be_unique = False
    can_be_required = False
    can_have_default = False
    is_public = False

    def form_value(self, value: Any, field: FieldDefinition) -> str:
        return self.display(value, field)

    def display(self, value: Any, field: FieldDefinition) -> str:
        return self.display_column([value], field)[0]

    def display_column(self, values: Sequence[Any], field: FieldDefinition) -> list[str]:
        ids = {value for value in values if value and _is_id(value)}
        names = {str(user.pk): str(user) for user in User.objects.filter(pk__in=ids).only("name", "email")} if ids else {}
        return [names.get(value, value or "") for value in values]

    def names(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        """Every person's id with what pages show of them and with their e-mail."""
        return [(str(user.pk), (str(user), user.email)) for user in User.objects.only("name", "email")]


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
