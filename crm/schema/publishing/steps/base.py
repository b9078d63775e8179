"""The base classes of the steps of a plan, and what they work with."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

from django.utils.translation import gettext as _

from crm.local_numbers import local_number
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.errors import ValuesWouldBeLost
from crm.schema.generated.classes import GeneratedModels
from crm.schema.publishing.tables.altering import Editor
from crm.schema.publishing.tables.waiting import Patience

Risk = Literal["none", "addition", "check", "loss"]


@dataclass
class Work:
    """What the steps of one publish work with: the editor, the classes as they will be, and how much may be lost."""

    editor: Editor
    new: GeneratedModels
    accepted_loss: int = 0
    lost: int = 0

    @property
    def is_rehearsal(self) -> bool:
        """Return True if statements are only collected; then no row is looked at."""
        return bool(self.editor.collect_sql)

    def lose(self, count: int, examples: list[str]) -> None:
        """Notes values that do not fit. Raises ValuesWouldBeLost beyond what was accepted."""
        self.lost += count
        if self.lost > self.accepted_loss:
            raise ValuesWouldBeLost(self.lost, examples)


@dataclass(frozen=True)
class Step:
    """`entity` is as it will be. `apply` runs inside the publishing transaction."""

    entity: EntityDefinition
    risk: ClassVar[Risk] = "none"
    field_name: ClassVar[str] = ""
    event: ClassVar[str] = "publish"  # as the audit trail calls it

    @property
    def sentence(self) -> str:
        raise NotImplementedError

    @property
    def losses(self) -> int:
        """How many values would be lost."""
        return 0

    @property
    def is_partial(self) -> bool:
        """Return True if more values may be lost than were found, since not all were looked at."""
        return False

    def at_a_glance(self) -> Self:
        """The same step, looking at no more values than a page has time for."""
        return self

    def notes(self) -> list[str]:
        """Notes for the person who publishes, which prevent nothing."""
        return []

    def examples(self) -> list[str]:
        """Some of the values that would be lost."""
        return []

    @property
    def needs_exclusive_access(self) -> bool:
        """Return True if no import of the entity may run at the same time."""
        return False

    def is_long(self) -> bool:
        """Return True if it takes longer than a page may."""
        return False

    def problems(self) -> list[str]:
        """Messages about why this cannot be done at all."""
        return []

    def prepare(self, patience: Patience) -> None:
        """What a long step does before the publishing transaction, next to what is in use; it may be resumed or discarded."""

    def apply(self, work: Work) -> None:
        """Most steps change no table."""

    def summary(self) -> dict[str, Any]:  # Any: JSON
        """As a publication stores it."""
        kind = type(self).__name__
        return {
            "kind": kind,
            "entity": self.entity.acronym,
            "field": self.field_name,
            "sentence": self.sentence,
            "risk": self.risk,
        }


@dataclass(frozen=True)
class FieldStep(Step):
    field: FieldDefinition

    @property
    def field_name(self) -> str:  # type: ignore[override]  # a class's constant where there is no field
        return self.field.name

    def words(self) -> dict[str, str]:
        return {"field": self.field.name, "type": self.field.type, "entity": self.entity.name}


def partial_note(fields: str, count: int) -> str:
    """The note of a page that has not looked at every value."""
    message = _(
        "The first %(n)s values of %(field)s were looked at. Publishing looks at all of them, before it changes anything."
    )
    return message % {"n": local_number(count), "field": fields}
