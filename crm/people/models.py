"""Users, who sign in with their e-mail, and the audit trail."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm.people.naming import actor_label


class Role(models.TextChoices):
    """The ladder of Master Data's resources, each with all rights of the one before."""

    READER = "READONLY", _("Reader")
    EDITOR = "NOREMOVE", _("Editor")
    MANAGER = "POWER", _("Manager")
    ADMINISTRATOR = "ADMIN", _("Administrator")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, role: str = Role.READER, **fields: object) -> "User":
        user = self.model(email=email.strip(), role=role, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A person with an account. `is_active`: may sign in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=100, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.READER)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    session_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)  # sessions of another one are over

    # Our own roles decide; libraries that check Django's flags get False.
    is_staff = False
    is_superuser = False

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["email"]
        verbose_name = _("person")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must hold to be this person's; Django compares it at every request."""
        of_password = super()._get_session_auth_hash(secret)  # type: ignore[misc]  # unknown to the stubs
        return f"{of_password}.{self.session_version}" if self.session_version else of_password

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002  # Django's signature
        return False

    def has_perms(self, perms: list[str], obj: object = None) -> bool:  # noqa: ARG002  # Django's signature
        return False


class AppendOnly(models.QuerySet["AuditEvent"]):
    """Refuses bulk changes. A deleted user is still unlinked: Django does that through its base manager."""

    def update(self, **values: object) -> int:  # noqa: ARG002  # Django's signature
        raise TypeError("Audit events cannot be changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("Audit events cannot be deleted.")


VERBS = {
    "cluster-changed": _("Cluster changed"),
    "cluster-created": _("Cluster created"),
    "cluster-deleted": _("Cluster deleted"),
    "delete": _("Records deleted"),
    "delete-entity": _("Entity deleted"),
    "export": _("Records exported"),
    "export-failed": _("Scheduled export failed"),
    "export-removed": _("Scheduled export removed"),
    "export-scheduled": _("Export scheduled"),
    "export-secret": _("New secret for an export"),
    "export-stopped": _("Scheduled export stopped"),
    "import": _("Worksheet imported"),
    "import-failed": _("Import failed"),
    "import-schema": _("Schema imported"),
    "import-stopped": _("Import stopped"),
    "import-released": _("Import past a limit allowed"),
    "keep-field": _("Field kept"),
    "old-password-refused": _("Wrong old password"),
    "password-changed": _("Password changed"),
    "password-reset": _("Password reset"),
    "person-activated": _("Person reactivated"),
    "person-added": _("Person added"),
    "person-deactivated": _("Person deactivated"),
    "publish": _("Schema published"),
    "purge": _("Data purged"),
    "remove-entity": _("Entity removed"),
    "restore-entity": _("Entity restored"),
    "redo": _("Change redone"),
    "restore": _("Deleted records restored"),
    "role-changed": _("Role changed"),
    "rule": _("Rule changed"),
    "sessions-ended": _("Sessions ended"),
    "sign-in": _("Signed in"),
    "sign-in-failed": _("Sign-in failed"),
    "undo": _("Change undone"),
}


class AuditEvent(models.Model):
    """An event that is not a change of a record: append-only, without personal values in `subject` and `details`."""

    at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    user_name = models.CharField(max_length=254, blank=True)
    channel = models.CharField(max_length=20, blank=True)
    verb = models.CharField(max_length=40)
    subject = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["-at", "-id"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:  # Any: Django's signature
        if self.pk:
            raise TypeError("An audit event cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:  # noqa: ARG002  # Django's signature
        raise TypeError("An audit event cannot be deleted.")

    @property
    def who(self) -> str:
        """As pages name whoever acted."""
        return actor_label(self.user_name, self.user_id)

    @property
    def verb_label(self) -> str:
        """The verb in the reader's language."""
        return str(VERBS.get(self.verb, self.verb))
