"""What depends on a field: rules that read it, clusters over it, forms that show it, indexes that hold it."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from crm.extensions import FieldDependent, extensions
from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.designs.form_rules import FormRuleContext, fields_read_by
from crm.schema.generated.rule_fields import rules_by_field, rules_reading
from crm.schema.models import Form


def dependents(entity: EntityDefinition, snapshot: Snapshot, name: str) -> list[FieldDependent]:
    """Everything that would notice if the field were gone, what reads it first."""
    return [*readers(entity, snapshot, name), *_forms(entity.acronym, snapshot, name), *_indexes(entity, name)]


def what_names_fields(snapshot: Snapshot) -> Counter[tuple[str, str]]:
    """How many rules, forms and indexes there are for each field, by its entity and name: `dependents` of all, counted."""
    rules = Counter({key: len(found) for key, found in rules_by_field(snapshot).items()})
    forms = Counter(key for form in Form.objects.select_related("entity") for key in _named_by(form, snapshot))
    indexed = Counter((entity.acronym, name) for entity in snapshot for index in entity.indexes for name in {*index.fields})
    return rules + forms + indexed


def readers(entity: EntityDefinition, snapshot: Snapshot, name: str) -> list[FieldDependent]:
    """The rules and clusters whose members change with the field, themselves or through a Rule."""
    rules = [(other.acronym, rule) for other, rule in rules_reading(entity, snapshot, name)]
    fields_read_by = [(entity.acronym, name), *((acronym, rule.name) for acronym, rule in rules)]
    named = [
        found for known in extensions.dependents.values() for acronym, field in fields_read_by for found in known(acronym, field)
    ]
    over = {(dependent.entity, dependent.field) for dependent in named}
    unnamed = [_rule(acronym, rule) for acronym, rule in rules if (acronym, rule.name) not in over]
    return [*named, *unnamed]


def _rule(acronym: str, rule: FieldDefinition) -> FieldDependent:
    return FieldDependent(_("Rule"), rule.label, f"/schema/{acronym}/fields/{rule.name}/", acronym, rule.name)


def _forms(acronym: str, snapshot: Snapshot, name: str) -> Iterator[FieldDependent]:
    for form in Form.objects.select_related("entity").order_by("entity__acronym", "name"):
        if (acronym, name) in _named_by(form, snapshot):
            of = form.entity.acronym
            yield FieldDependent(_("Form"), str(form), f"/schema/{of}/forms/{form.name}/", of)


def _named_by(form: Form, snapshot: Snapshot) -> frozenset[tuple[str, str]]:
    """The fields that a form shows, lists, filters, sorts by or asks for in a rule, of its own entity and of related ones."""
    design, of = form.content(), form.entity.acronym
    own = {*design.placed, *design.listed, *design.filters, *design.highlights, design.sort.partition(" ")[0]}
    related = {tuple(name.split(".", 1)) for name in design.related if "." in name}
    asked = fields_read_by(FormRuleContext(design, snapshot.entities[of], snapshot)) if of in snapshot.entities else ()
    return frozenset([*((of, name) for name in own), *related, *asked])  # type: ignore[arg-type]  # pairs


def _indexes(entity: EntityDefinition, name: str) -> Iterator[FieldDependent]:
    for index in entity.indexes:
        if name in index.fields:
            yield FieldDependent(_("Index"), index.name, f"/schema/{entity.acronym}/indexes/", entity.acronym)
