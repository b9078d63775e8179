"""The template of a form: filled in and uploaded, it is an import without a question."""

import io

import openpyxl
import pytest

from crm.people.models import Role, User
from crm.schema.definitions import FieldDefinition

TIERS = {"choices": [{"value": "gold", "label": {"en": "Gold, the best"}}, {"value": "silver", "label": {"en": "Silver"}}]}


@pytest.fixture
def parts(define):
    tier = FieldDefinition("tier", "Choice", {"en": "Tier"}, options=TIERS, description="How good she is.")
    code = FieldDefinition("code", "Varchar 50", {"en": "Code"}, unique=True, nullable=False)
    fixed = FieldDefinition("fixed", "Varchar 50", read_only=True)
    return define(code=code, tier=tier, flag="Boolean", day="Date", price="Decimal", fixed=fixed)


def template(browse, address: str = "/worksheets/template/PT/") -> openpyxl.Workbook:
    answer = browse.get(address)
    assert answer["Content-Disposition"] == 'attachment; filename="PT-template.xlsx"'
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer)))


def columns(book: openpyxl.Workbook) -> dict[str, str]:
    """The letter of each column."""
    return {cell.value: cell.column_letter for cell in book.active[1]}


def test_its_columns_are_the_fields_that_may_be_filled(browse, parts):
    book = template(browse)

    letters = columns(book)
    assert sorted(letters) == ["code", "day", "flag", "price", "tier"]
    formats = {name: book.active.column_dimensions[letter].number_format for name, letter in letters.items()}
    assert formats == {"code": "@", "tier": "@", "flag": "General", "day": "yyyy\\-mm\\-dd", "price": "General"}
    assert [(sheet.title, sheet.sheet_state) for sheet in book] == [
        ("Parts", "visible"),
        ("Notes", "visible"),
        ("Options", "hidden"),
    ]


def test_choices_and_booleans_have_drop_downs(browse, parts):
    book = template(browse)

    rules = {str(rule.sqref): rule.formula1 for rule in book.active.data_validations.dataValidation}
    tier, flag = columns(book)["tier"], columns(book)["flag"]
    assert rules == {f"{tier}2:{tier}1048576": "Options!$A$2:$A$3", f"{flag}2:{flag}1048576": '"true,false"'}
    assert [row[0].value for row in book["Options"]] == ["tier", "Gold, the best", "Silver"]


def test_the_notes_say_what_each_column_takes(browse, parts):
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in template(browse)["Notes"]}

    assert rows["code"] == ["Code", "Varchar 50", None, "yes", "yes", None, None]
    assert rows["tier"] == ["Tier", "Choice", None, None, None, "Gold, the best, Silver", "How good she is."]
    assert rows["day"][:3] == ["day", "Date", "2026-12-31"]


def test_filled_in_it_is_imported(browse, parts, import_text):
    book = template(browse)
    filled = {"code": "0012", "tier": "Gold, the best", "flag": True, "price": 12.5}
    book.active.append({columns(book)[name]: value for name, value in filled.items()})
    target = io.BytesIO()
    book.save(target)

    assert import_text(target.getvalue(), entity="PT", key="code").counts == {"rows": 1, "created": 1}
    assert list(parts.objects.values_list("code", "tier", "flag", "price")) == [("0012", "gold", True, 12.5)]


def test_options_whose_labels_mislead_are_offered_by_value(browse, define):
    crossed = {"choices": [{"value": "a", "label": "b"}, {"value": "b", "label": "a"}]}
    define(tier=FieldDefinition("tier", "Choice", options=crossed))

    assert [row[0].value for row in template(browse)["Options"]] == ["tier", "a", "b"]


def test_templates_are_for_those_who_may_import(client, parts):
    client.force_login(User.objects.create(email="rita@example.com", role=Role.READER))

    assert client.get("/worksheets/template/PT/").status_code == 403


def test_there_is_none_of_a_form_that_is_not_there(browse, parts):
    assert browse.get("/worksheets/template/PT/?_form=nope").status_code == 400
