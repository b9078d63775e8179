"""The first column of a list shows its own value or nothing; its link is named all the same."""

import re
from dataclasses import replace

import pytest

from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.designs import stored_forms
from crm.schema.form_design import FormDesign, ListColumn, PlaceDesign, SectionDesign
from crm.schema.models import DataEntity, Form

EMPTY = '<span class="text-body-tertiary" aria-hidden="true">–</span>'
EMPTY_CALLED_ANA = f'{EMPTY} <span class="visually-hidden">Ana</span>'
PLACES = (PlaceDesign("email"), PlaceDesign("firstName"))


@pytest.fixture
def by_email(db, admin):
    """A form of the customers whose list begins with the e-mail."""
    form = stored_forms.create(DataEntity.objects.get(acronym="CL"), {"en": "Brief"}, by=admin, shared=True)
    columns = (ListColumn("email"), ListColumn("firstName"))
    design = FormDesign((SectionDesign("s1", {"en": "Basics"}, (PLACES,)),), list_columns=columns)
    stored_forms.change(form, lambda _design: design, by=admin, what="Designed")
    return form


def link_to(page: str, path: str) -> str:
    """The content of the link to a record, in one line."""
    return " ".join(re.search(rf'<a href="{path}[^"]*">(.*?)</a>', page, re.DOTALL)[1].split())


def test_a_column_shows_its_own_value_or_nothing(browse, by_email, customers, admin):
    record = saving.create(customers, {"firstName": "Ana"}, by=admin)

    shown = link_to(browse.get("/crm/CL/?_form=brief").text, f"/crm/CL/{record.pk}/")

    assert shown == EMPTY_CALLED_ANA


def test_a_filled_column_is_the_link(browse, by_email, customers, admin):
    record = saving.create(customers, {"email": "ana@example.com", "firstName": "Ana"}, by=admin)

    assert link_to(browse.get("/crm/CL/?_form=brief").text, f"/crm/CL/{record.pk}/") == "ana@example.com"


def test_a_related_table_shows_the_same(browse, define, customers, admin):
    owner = FieldDefinition("owner", "Relationship", options={"entity": "CL", "display": "email"})
    parts = define(name="Varchar 50", owner=owner)
    form = Form.objects.get(entity__acronym="CL", is_default=True)
    stored_forms.change(form, lambda design: replace(design, related=("PT.owner",)), by=admin, what="Asked")
    ana = saving.create(customers, {"email": "ana@example.com"}, by=admin)
    part = saving.create(parts, {"owner": ana.pk}, by=admin)

    page = browse.get(f"/crm/CL/{ana.pk}/").text

    assert link_to(page, f"/crm/PT/{part.pk}/").startswith(EMPTY)
