"""What a rule or a cluster reads is written with credentials only: else anybody could join a cluster."""

from django.utils.translation import gettext as _

from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.draft.dependencies import readers
from crm.schema.errors import InvalidField

# Consent is its owner's, approval the shop's.
NEVER = {("CL", "isNewsletterOptIn"): "consent", ("CL", "approved"): "approval"}


def public_write_problems(snapshot: Snapshot) -> list[str]:
    """A message for each field that could be written without credentials although something reads it."""
    return [
        problem
        for entity in snapshot
        for field in entity.visible_fields
        if field.public_write and (problem := refusal(entity, snapshot, field))
    ]


def refusal(entity: EntityDefinition, snapshot: Snapshot, field: FieldDefinition) -> str:
    """Why a field may not be written without credentials; empty when it may."""
    if (entity.acronym, field.name) in NEVER:
        return _("%(field)s of %(entity)s can never be written without credentials.") % {
            "field": field.name,
            "entity": entity.name,
        }
    names = ", ".join(f"{reader.kind} {reader.label}" for reader in readers(entity, snapshot, field.name))
    if not names:
        return ""
    words = {"field": field.name, "entity": entity.name, "names": names}
    return _("%(field)s of %(entity)s cannot be written without credentials: it decides who is in %(names)s.") % words


def check_may_be_read(entity: EntityDefinition, name: str) -> None:
    """Before a rule or a cluster is made over a field. Raises InvalidField."""
    field = entity.field(name)
    if field is not None and field.public_write:
        message = _("%(field)s can be written without credentials, so nothing may depend on it; close it first.")
        raise InvalidField(message % {"field": field.name})
