"""What the frame of every page shows of the schema: the forms beside the default ones."""

from crm.extensions import FormEntry, extensions
from crm.people.actors import Actor
from crm.schema.keeping import visible_forms


def connect() -> None:
    extensions.other_forms = other_forms


def other_forms(actor: Actor) -> list[FormEntry]:
    forms = visible_forms(actor).filter(is_default=False).select_related("entity").defer("design")
    return [FormEntry(form.entity.acronym, str(form), form.name) for form in forms]
