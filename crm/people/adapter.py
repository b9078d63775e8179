"""How allauth treats accounts here: made by administrators, guarded against guesses of passwords."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.people.models import User
from crm.people.throttling import attempt_key


class ClosedAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # the library's signature
        return False

    def confirm_password(self, user: User, password: str) -> bool:
        """Return True if it is the person's password; raises ValidationError after too many wrong ones, sign-ins included."""
        self.pre_authenticate(self.request, email=user.email)
        if is_right := user.check_password(password):
            self._rollback_login_failed_rl_usage()
        else:
            record_event(Actor(user, "page"), "old-password-refused", subject=str(user.pk))
        return is_right

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # Any: the library's signature
        return attempt_key(request, credentials.get("email", ""))
