"""The first administrator, made once after migrating an empty site (contract §1)."""

import os
import sys
from pathlib import Path

from django.conf import settings

from crm.environment import env_text
from crm.people.models import Role, User
from crm.people.passwords import make_password


def ensure(**_signal: object) -> None:
    if User.objects.exists() or settings.DATABASES["default"].get("NAME", "") == ":memory:" or _testing():
        return
    email = env_text("ADMIN_EMAIL", "admin@example.com")
    given = os.environ.get("ADMIN_PASSWORD")
    password = given or make_password()
    User.objects.create_user(email, password, Role.ADMINISTRATOR, name="Administrator")
    if not given:
        _announce(email, password)


def _announce(email: str, password: str) -> None:
    """On a terminal only; else into a file that only its owner reads, so that no log ever holds a password."""
    if sys.stdout.isatty():
        sys.stdout.write(f"First administrator: {email}, password {password}\n")
        return
    path = Path(settings.VAR_DIR) / "admin_password"
    # A file that is there already would keep its own mode.
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{email} {password}\n")
    sys.stdout.write(f"First administrator: {email}; the password is in {path}\n")


def _testing() -> bool:
    """Tests make their own people."""
    return "PYTEST_CURRENT_TEST" in os.environ or "pytest" in sys.modules
