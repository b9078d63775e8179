"""What the frame of every page shows of the schema: the forms beside the default ones."""

from crm.extensions import FormEntry
from crm.people.actors import Actor
from crm.schema.designs.stored_forms import visible_forms


def other_forms(actor: Actor) -> list[FormEntry]:
    """The first form for a role takes the place of the default one where its people are, so that it is none beside it."""
    forms = list(visible_forms(actor).filter(is_default=False).select_related("entity").defer("design"))
    usual = {form.entity_id: form.pk for form in reversed(forms) if form.role and form.role == actor.role}
    beside = (form for form in forms if form.pk not in usual.values())
    return [FormEntry(form.entity.acronym, str(form), form.name) for form in beside]
