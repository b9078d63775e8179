"""A field's options or an index changed, and published at once where that alters nothing that is there."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.schema.draft import editing
from crm.schema.draft.drafting import drafted_entity, field_drafts
from crm.schema.errors import InvalidField, InvalidName
from crm.schema.generated import constraints
from crm.schema.models import DataEntity, Field, Index, Publication
from crm.schema.publishing import publishing
from crm.schema.publishing.planning import Plan
from crm.schema.publishing.steps.retyping import ChangeDefault, ChangeOptions
from crm.schema.publishing.steps.steps import AddField, RestoreField
from crm.schema.publishing.tables.waiting import BRIEF, patiently

HARMLESS = (AddField, RestoreField, ChangeOptions, ChangeDefault)


def save_field(field: Field, changes: dict[str, Any], *, by: Actor) -> Publication | None:  # Any: each option's own
    """The publication that has the changes, or none when they wait in the draft for somebody to look at their plan.

    Raises InvalidField, UnpublishableSchema; then nothing is changed.
    """

    @transaction.atomic
    def once() -> Publication | None:
        editing.change_field(field, **changes)
        wanted = field_drafts(field.entity.acronym, {field.name})
        plan = publishing.make_plan(wanted).at_a_glance()
        plan.check()
        return publishing.publish(wanted, by=by) if is_harmless(plan) else None

    return patiently(once, BRIEF)


def is_harmless(plan: Plan) -> bool:
    return all(isinstance(step, HARMLESS) for step in plan.steps)


@transaction.atomic
def add_index(entity: DataEntity, name: str, fields: list[str], *, unique: bool) -> Index:
    """Drafts an index; one that is there just so already is given again. Raises InvalidName, InvalidField."""
    found = entity.indexes.filter(name__iexact=name).first()
    if found and (found.fields, found.unique) == (fields, unique):
        return found
    if found:
        raise InvalidName(_("There is an index %s already; drop it first.") % found.name)
    index = Index(entity=entity, name=name, fields=fields, unique=unique)
    _check_names(entity, index)
    index.save()
    return index


def _check_names(entity: DataEntity, index: Index) -> None:
    definition = drafted_entity(entity.acronym)
    taken = {name.lower(): known for name, known in constraints.named_indexes(definition).items()}
    if constraints.table_name(definition, index.definition()).lower() in taken:
        raise InvalidName(_("The index of the field %s has this name already; choose another.") % index.name)
    same = [known for known in taken.values() if known.fields == tuple(index.fields)]
    if any(known.unique >= index.unique for known in same):
        raise InvalidField(_("There is an index over just these fields already."))


def drop_index(entity: DataEntity, name: str) -> None:
    entity.indexes.filter(name=name).delete()
