"""The forms that the navigation of every page lists next to the default ones."""

from crm.extensions import FormEntry
from crm.people.actors import Actor
from crm.schema.designs.stored_forms import visible_forms


def other_forms(actor: Actor) -> list[FormEntry]:
    """The first form for the actor's role replaces the default form, so it is not listed again."""
    forms = list(visible_forms(actor).filter(is_default=False).select_related("entity").defer("design"))
    replacing = {form.entity_id: form.pk for form in reversed(forms) if form.role and form.role == actor.role}
    listed = (form for form in forms if form.pk not in replacing.values())
    return [FormEntry(form.entity.acronym, str(form), form.name) for form in listed]
