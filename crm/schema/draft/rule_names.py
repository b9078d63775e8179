"""The expression of a drafted Rule names fields by their names: labels are for people, each of one language."""

from contextlib import suppress
from dataclasses import replace

from crm.rules.comparisons.options import as_stored
from crm.rules.errors import RuleError
from crm.rules.parsing import parse
from crm.rules.printing import print_rule
from crm.rules.reading import labels_in
from crm.schema.definitions import FieldDefinition, Snapshot
from crm.schema.draft.drafting import whole_draft
from crm.schema.generated.rule_fields import expression_of, rule_fields


def with_names(definition: FieldDefinition, acronym: str) -> FieldDefinition:
    """The definition with names in place of the labels of its expression, as the draft has them;
    as it is where that cannot be answered, which publishing refuses."""
    if definition.type != "Rule" or '"' not in expression_of(definition):
        return definition
    draft = whole_draft(Snapshot())
    with suppress(RuleError):
        rule, fields = parse(expression_of(definition)), rule_fields(draft.entities[acronym], draft)
        if labels_in(rule):
            return replace(definition, options={**definition.options, "expression": print_rule(as_stored(rule, fields))})
    return definition
