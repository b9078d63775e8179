"""The user who acts, and the channel."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from crm.people.models import Role, User
from crm.people.naming import OPERATOR

Channel = Literal["page", "key", "command", "worksheet", "undo", "job"]


@dataclass(frozen=True)
class Actor:
    """A user, or nobody, acting through a channel; `reference` is the number or id of the worksheet, key or job."""

    user: User | None
    channel: Channel
    reference: str = ""
    is_operator: bool = False

    @classmethod
    def operator(cls) -> "Actor":
        """The command line: an administrator without an account."""
        return cls(None, "command", is_operator=True)

    @property
    def role(self) -> str | None:
        if self.is_operator:
            return Role.ADMINISTRATOR
        return self.user.role if self.user is not None and self.user.is_active else None

    @property
    def user_id(self) -> UUID | None:
        return self.user.pk if self.user is not None else None

    @property
    def name(self) -> str:
        """The name that history stores."""
        return str(self.user) if self.user is not None else OPERATOR if self.is_operator else ""
