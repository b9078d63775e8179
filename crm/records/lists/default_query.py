"""The form's own query: the rule of a list whose address says none."""

from dataclasses import replace

from crm.people.actors import Actor
from crm.records.layouts import Layout
from crm.records.lists.list_query import Asked
from crm.records.querying import fields_of
from crm.rules.errors import RuleError
from crm.schema.generated.rule_fields import check_expression
from crm.schema.record import Record


def with_usual(asked: Asked, model: type[Record], layout: Layout, *, actor: Actor) -> tuple[Asked, str]:
    """The question with the form's query in it, and why that cannot be answered any more, as when its field was hidden since."""
    if not layout.query:
        return asked, ""
    try:
        check_expression(layout.query, fields_of(model, reader=actor, filters_only=True))
    except RuleError as error:
        return asked, str(error)
    return replace(asked, usual=layout.query), ""
