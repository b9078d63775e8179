"""Forms for people of a role: who sees which where a page names none, and who may name which."""

import re

import pytest

from crm.people.actors import Actor
from crm.people.models import Role
from crm.records.writing import saving
from crm.schema import errors
from crm.schema.designs import stored_forms
from crm.schema.errors import InvalidDesign
from crm.schema.form_design import FormDesign, ListColumn, PlaceDesign, SectionDesign
from crm.schema.models import DataEntity, Form, FormVersion
from crm.schema.transfer import importing, schema_document

BY = Actor.operator()
SHARERS = {Role.MANAGER, Role.ADMINISTRATOR}


@pytest.fixture
def parts(define):
    model = define(code="Varchar 50", price="Decimal")
    saving.create(model, {"code": "A", "price": 1}, by=BY, record_id="a")
    return model


@pytest.fixture
def prices(parts) -> Form:
    """A form of PT that shows prices alone."""
    form = stored_forms.create(DataEntity.objects.get(acronym="PT"), {"en": "Prices"}, by=BY, shared=True)
    section = SectionDesign("s1", {}, ((PlaceDesign("price"),),))
    stored_forms.change(form, lambda _design: FormDesign((section,), (ListColumn("price"),)), by=BY, what="Designed")
    return form


def columns(response) -> list[str]:
    return [column.name for column in response.context["listing"].columns]


OTHER = dict(zip(Role, [*list(Role)[1:], Role.READER], strict=True))


@pytest.mark.parametrize("role", Role)
def test_law_a_page_that_names_no_form_shows_the_one_for_ones_role(prices, role, sign_in):
    browse = sign_in(role)
    for given in ("", role, OTHER[role]):
        stored_forms.give_role(prices, given, by=BY)

        table, record = browse.get("/crm/PT/"), browse.get("/crm/PT/a/")

        assert columns(table) == (["price"] if given == role else ["code", "price"])
        assert ("code" in record.context["form"].fields) is (given != role)
        assert record.context["form"].view.address == ""


@pytest.mark.parametrize("role", Role)
def test_law_a_form_for_another_role_is_as_if_it_were_not_there(prices, role, sign_in):
    browse = sign_in(role)
    unknown = [browse.get(f"/crm/PT/{at}?_form=nothing").status_code for at in ("", "a/")]
    for given in ("", role, OTHER[role]):
        stored_forms.give_role(prices, given, by=BY)
        may_use = given in {"", role} or role in SHARERS

        table, record = (browse.get(f"/crm/PT/{at}?_form=prices") for at in ("", "a/"))
        index = browse.get("/schema/PT/forms/").text

        assert [table.status_code, record.status_code] == ([200, 200] if may_use else unknown)
        assert ("Prices" in index, 'href="/crm/PT/?_form=prices"' in index.split("<main")[0]) == (
            may_use,
            may_use and given != role,
        )


def test_the_default_form_stays_for_whoever_names_it(prices, sign_in):
    stored_forms.give_role(prices, Role.READER, by=BY)

    page = sign_in(Role.READER).get("/crm/PT/?_form=default")

    assert columns(page) == ["code", "price"]
    assert re.search(r'href="/crm/PT/a/\?_form=default"', page.text)


def test_the_role_is_said_in_the_designer_and_taken_back(prices, sign_in):
    browse, address = sign_in(Role.MANAGER), "/schema/PT/forms/prices/"

    browse.post(f"{address}deed/", {"do": "role", "role": "READONLY"})

    assert "for people of the role Reader" in browse.get(address).text
    assert "People of the role Reader" in browse.get("/schema/PT/forms/").text
    stored_forms.undo(prices, by=BY)
    assert Form.objects.get(pk=prices.pk).role == ""
    assert sign_in(Role.EDITOR).post(f"{address}deed/", {"do": "role", "role": ""}).status_code == 403


@pytest.mark.parametrize("role", ["BOSS", "\0"])
def test_there_is_no_such_role(prices, role, sign_in):
    answer = sign_in(Role.MANAGER).post("/schema/PT/forms/prices/deed/", {"do": "role", "role": role}, follow=True)

    assert "There is no such role." in answer.text


def test_the_default_form_and_ones_own_are_for_no_role(prices, admin):
    own = stored_forms.create(prices.entity, {"en": "Mine"}, by=admin, shared=False)
    for form in (own, prices.entity.forms.get(is_default=True)):
        with pytest.raises(InvalidDesign):
            stored_forms.give_role(form, Role.READER, by=BY)
    stored_forms.give_role(prices, Role.READER, by=BY)
    stored_forms.make_default(prices, by=BY)
    assert Form.objects.get(pk=prices.pk).role == ""


def test_a_deleted_form_comes_back_for_its_role(prices):
    stored_forms.give_role(prices, Role.EDITOR, by=BY)

    version = stored_forms.delete(prices, by=BY)
    FormVersion.objects.exclude(pk=version.pk).delete()

    assert stored_forms.restore(version, by=BY).role == Role.EDITOR


def test_the_schema_file_carries_the_role(prices):
    stored_forms.give_role(prices, Role.EDITOR, by=BY)
    document = schema_document.document()
    stored_forms.give_role(prices, "", by=BY)

    first, second = (importing.import_document(document, by=BY).operations for _time in range(2))

    assert (len(first), second) == (1, [])
    assert Form.objects.get(pk=prices.pk).role == Role.EDITOR


@pytest.mark.parametrize(("form", "role"), [("prices", "BOSS"), ("default", "ADMIN"), ("prices", 7)])
def test_a_file_with_another_role_is_refused(prices, form, role):
    document = schema_document.document()
    forms = next(entity for entity in document["entities"] if entity["acronym"] == "PT")["forms"]
    next(one for one in forms if one["name"] == form)["role"] = role

    with pytest.raises(errors.InvalidSchemaFile, match="role"):
        importing.import_document(document, by=BY)
