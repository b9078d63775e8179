"""Indexes of a draft: added and dropped."""

from django.db import transaction
from django.utils.translation import gettext as _

from crm.schema.draft.drafting import drafted_entity
from crm.schema.errors import InvalidField, InvalidName
from crm.schema.generated import constraints, index_sizes
from crm.schema.models import DataEntity, Index


@transaction.atomic
def add_index(entity: DataEntity, name: str, fields: list[str], *, unique: bool) -> Index:
    """Drafts an index; returns the existing one if it is identical. Raises InvalidName, InvalidField."""
    found = entity.indexes.filter(name__iexact=name).first()
    if found and (found.fields, found.unique) == (fields, unique):
        return found
    if found:
        raise InvalidName(_("There is an index %s already; drop it first.") % found.name)
    index = Index(entity=entity, name=name, fields=fields, unique=unique)
    _check(entity, index)
    index.save()
    return index


def _check(entity: DataEntity, index: Index) -> None:
    definition = drafted_entity(entity.acronym)
    taken = {name.lower(): known for name, known in constraints.named_indexes(definition).items()}
    if constraints.table_name(definition, index.definition()).lower() in taken:
        raise InvalidName(_("The index of the field %s has this name already; choose another.") % index.name)
    same = [known for known in taken.values() if known.fields == tuple(index.fields)]
    if any(known.unique >= index.unique for known in same):
        raise InvalidField(_("There is an index over just these fields already."))
    if problem := index_sizes.index_problem(definition, index.definition()):
        raise InvalidField(problem)


def drop_index(entity: DataEntity, name: str) -> None:
    entity.indexes.filter(name=name).delete()
