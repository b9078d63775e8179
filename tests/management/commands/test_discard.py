"""A draft of the schema discarded by command."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.models import DataEntity
from crm.schema.publishing import publishing


@pytest.mark.django_db
@pytest.mark.parametrize(("words", "left"), [([], set()), (["code"], {"tier"})])
def test_a_draft_is_discarded_whole_or_by_field(words, left):
    customers = DataEntity.objects.get(acronym="CL")
    for name in ("code", "tier"):
        editing.add_field(customers, FieldDefinition(name, "Varchar 50"))
    out = StringIO()

    call_command("publish", "CL", "--discard", *words, "--json", stdout=out)

    assert len(json.loads(out.getvalue())["discarded"]) == 2 - len(left)
    assert {step.field_name for step in publishing.make_plan().steps} == left
