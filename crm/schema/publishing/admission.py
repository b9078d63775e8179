"""Policies: which plans may be published without asking. A plan is checked once, under the publishing lock."""

from collections.abc import Callable
from typing import TypeAlias

from django.utils.translation import gettext as _

from crm.schema.errors import UnpublishableSchema
from crm.schema.publishing.planning import PublicationPlan
from crm.schema.publishing.steps.entity_steps import ChangeEntity, CreateTable, RestoreEntity
from crm.schema.publishing.steps.field_steps import AddField, RestoreField
from crm.schema.publishing.steps.indexing import AddIndex
from crm.schema.publishing.steps.retyping import ChangeDefault, ChangeOptions

# True where the plan may be published, False where the change stays in the draft. Raises UnpublishableSchema for any other plan.
Admission: TypeAlias = Callable[[PublicationPlan], bool]

ADDITIONS = (CreateTable, RestoreEntity, ChangeEntity, AddField, ChangeOptions, RestoreField, AddIndex)
HARMLESS = (AddField, RestoreField, ChangeOptions, ChangeDefault)


def confirmed(digest: str = "", accepted_loss: int = 0) -> Admission:
    """Whatever can be published: the plan of this digest if somebody saw one, with at most so many values lost."""

    def admits(plan: PublicationPlan) -> bool:
        plan.check(confirmed=digest, accepted_loss=accepted_loss)
        return True

    return admits


def additive(plan: PublicationPlan) -> bool:
    """Additions alone; any other plan is refused."""
    if not plan.consists_of(*ADDITIONS):
        message = _("The draft holds more than additions; publish it on the schema page first.")
        raise UnpublishableSchema([message, *(step.sentence for step in plan.steps)])
    plan.check()
    return True


def harmless(plan: PublicationPlan) -> bool:
    """What alters nothing that is there; any other possible plan stays in the draft until somebody confirms it."""
    plan.at_a_glance().check()
    return plan.consists_of(*HARMLESS)
