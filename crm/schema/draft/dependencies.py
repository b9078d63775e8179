"""What depends on a field: rules that read it, clusters over it, forms that show it, indexes that hold it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from crm.extensions import FieldDependent, extensions
from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.designs.form_rules import FormRuleContext, fields_read_by
from crm.schema.form_design import FormDesign
from crm.schema.generated.rule_fields import rules_reading
from crm.schema.models import Form


def dependents(entity: EntityDefinition, snapshot: Snapshot, name: str) -> list[FieldDependent]:
    """Everything that would notice if the field were gone, what reads it first."""
    return [*readers(entity, snapshot, name), *_forms(entity.acronym, snapshot, name), *_indexes(entity, name)]


def readers(entity: EntityDefinition, snapshot: Snapshot, name: str) -> list[FieldDependent]:
    """The rules and clusters whose members change with the field, themselves or through a Rule."""
    rules = [(acronym, rule) for other in snapshot for acronym, rule in _rules_of(other, snapshot, entity, name)]
    fields_read_by = [(entity.acronym, name), *((acronym, rule.name) for acronym, rule in rules)]
    named = [
        found for known in extensions.dependents.values() for acronym, field in fields_read_by for found in known(acronym, field)
    ]
    over = {(dependent.entity, dependent.field) for dependent in named}
    unnamed = [_rule(acronym, rule) for acronym, rule in rules if (acronym, rule.name) not in over]
    return [*named, *unnamed]


def _rules_of(
    other: EntityDefinition, snapshot: Snapshot, entity: EntityDefinition, name: str
) -> Iterator[tuple[str, FieldDefinition]]:
    """The Rule fields of an entity that read a field of another one, by relationship, or of the same."""
    pointing = [field.name for field in other.visible_fields if field.options.get("entity") == entity.acronym]
    names = [*([name] if other.acronym == entity.acronym else []), *(f"{field}.{name}" for field in pointing)]
    for rule in {rule: None for found in names for rule in rules_reading(other, snapshot, found)}:
        if field := other.field(rule):
            yield other.acronym, field


def _rule(acronym: str, rule: FieldDefinition) -> FieldDependent:
    return FieldDependent(_("Rule"), rule.label, f"/schema/{acronym}/fields/{rule.name}/", acronym, rule.name)


def _forms(acronym: str, snapshot: Snapshot, name: str) -> Iterator[FieldDependent]:
    for form in Form.objects.select_related("entity").order_by("entity__acronym", "name"):
        design, of = form.content(), form.entity.acronym
        own = {*design.placed, *design.listed, *design.filters, *design.highlights, design.sort.partition(" ")[0]}
        is_named = (of == acronym and name in own) or f"{acronym}.{name}" in design.related
        if is_named or _is_read(design, of, snapshot, acronym, name):
            yield FieldDependent(_("Form"), str(form), f"/schema/{of}/forms/{form.name}/", of)


def _is_read(design: FormDesign, of: str, snapshot: Snapshot, acronym: str, name: str) -> bool:
    """Return True if a rule of the form, of this entity or of one that points to it, asks for the field."""
    if of not in snapshot.entities:
        return False
    context = FormRuleContext(design, snapshot.entities[of], snapshot)
    pointing = (field.name for field in context.entity.visible_fields if field.options.get("entity") == acronym)
    names = {*([name] if of == acronym else []), *(f"{field}.{name}" for field in pointing)}
    return bool(names) and not names.isdisjoint(fields_read_by(context))


def _indexes(entity: EntityDefinition, name: str) -> Iterator[FieldDependent]:
    for index in entity.indexes:
        if name in index.fields:
            yield FieldDependent(_("Index"), index.name, f"/schema/{entity.acronym}/indexes/", entity.acronym)
