"""Passwords that are made here, and what a password may not be."""

import secrets

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.people.models import User

MADE_BYTES = 12  # 96 random bits, 16 characters


def make_password() -> str:
    return secrets.token_urlsafe(MADE_BYTES)


class NotTheEmail:
    """Refuses the person's e-mail and the part of it before the @ as password; similar ones are the similarity validator's."""

    def validate(self, password: str, user: User | None = None) -> None:
        email = user.email.casefold() if user is not None else ""
        if email and password.strip().casefold() in {email, email.partition("@")[0]}:
            raise ValidationError(_("The password may not be the person's e-mail or a part of it."), code="password_is_email")

    def get_help_text(self) -> str:
        return _("Not your e-mail or a part of it.")
