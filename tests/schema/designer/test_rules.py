"""Rules of a form's fields: what the designer takes, refuses with the place and a suggestion, and says when they stop working."""

from html import unescape

import pytest

from crm.rules.parsing import parse
from crm.schema import errors
from crm.schema.definitions import FieldDefinition
from crm.schema.designs import arranging, form_rules, stored_forms
from crm.schema.draft import dependencies, editing
from crm.schema.form_design import FormDesign, PlaceDesign, SectionDesign
from crm.schema.models import DataEntity, Field, Form
from crm.schema.publishing import publishing
from crm.schema.transfer import importing, schema_document

pytestmark = pytest.mark.django_db

RECORD = "/schema/CL/forms/default/"
PLACE = RECORD + "fields/{}/"
RULES = {
    "shown_if": " isCorporate = true",
    "required_if": "isCorporate=true  and approved = true",
    "read_only_if": "approved=true",
}
USUAL = {"shown_if": "isCorporate=true", "required_if": "isCorporate=true AND approved=true", "read_only_if": "approved=true"}


@pytest.fixture
def say(customers):
    """Gives a field of the default form of CL rules, judged by nobody."""
    return lambda name, **rules: stored_forms.change_default(
        customers, lambda it: arranging.set_place(it, name, **rules), what="Designed"
    )


def place(name: str) -> dict[str, str]:
    design = Form.objects.get(entity__acronym="CL", name="default").content()
    return {kind: getattr(arranging.place_of(design, name), kind) for kind in RULES}


def test_rules_are_kept_in_their_usual_spelling(browse):
    saved = browse.post(PLACE.format("tradeName"), RULES)

    assert saved.status_code == 302
    assert place("tradeName") == USUAL
    assert "shown if isCorporate=true" in browse.get(saved["Location"]).text


@pytest.mark.parametrize(
    ("field", "rules", "reason"),
    [
        (
            "tradeName",
            {"shown_if": "isCorporat=true"},
            "There is no field “isCorporat”. (character 1) Did you mean “isCorporate”?",
        ),
        ("tradeName", {"required_if": "approved=true AND"}, "(character"),
        ("tradeName", {"shown_if": "approved>1"}, "neither more nor less"),
        ("tradeName", {"shown_if": "tradeName is null"}, "The rule of tradeName cannot ask for the field itself."),
        ("tradeName", {"required_if": "tradeName is null"}, "The rule of tradeName cannot ask for the field itself."),
        ("tradeName", {"read_only": "on", "required_if": "approved=true"}, "unless it has a default"),
        ("tradeName", {"shown_if": "email=" + "x" * 1000}, "1000"),
    ],
)
def test_what_cannot_be_asked_is_refused_beside_its_input(browse, field, rules, reason):
    answer = browse.post(PLACE.format(field), rules)

    assert answer.status_code == 422
    assert reason in unescape(answer.text)
    assert set(place(field).values()) == {""}


def test_nothing_is_shown_by_way_of_itself(browse, say):
    say("corporateDocument", shown_if="stateRegistration=x")
    say("stateRegistration", shown_if="tradeName=x")

    answer = browse.post(PLACE.format("tradeName"), {"shown_if": "corporateDocument=x"})

    assert "cannot ask for corporateDocument, which is shown by way of tradeName" in unescape(answer.text)


def test_a_form_with_many_rules_is_judged_in_few_readings(browse, customers, monkeypatch):
    names = [field.name for field in publishing.published_snapshot().entities["CL"].visible_fields if field.name != "isCorporate"]
    places = tuple(PlaceDesign(name, shown_if="isCorporate=true") for name in names)
    stored_forms.change_default(customers, lambda _it: FormDesign((SectionDesign("s1", {}, (places,)),)), what="Designed")
    read = []
    monkeypatch.setattr(form_rules, "parse", lambda text: read.append(text) or parse(text))

    assert browse.get(RECORD).status_code == 200
    assert len(read) < 5 * len(names)


def test_what_is_filled_in_once_may_stay(browse):
    assert browse.post(PLACE.format("tradeName"), {"read_only_if": "tradeName is not null"}).status_code == 302


def test_what_is_required_everywhere_has_no_such_rules_and_loses_those_it_had(browse, add_field, say):
    add_field("code", required=True)
    asked = set(browse.get(PLACE.format("code")).context["place_form"].fields)
    say("code", shown_if="approved=true")

    said = "code: code is required everywhere, so it is always shown."
    assert asked.isdisjoint({"shown_if", "required_if"})
    assert said in browse.get(RECORD).text
    assert browse.post(PLACE.format("code"), {"shown_if": ""}).status_code == 302
    assert said not in browse.get(RECORD).text


def test_forms_whose_rules_ask_for_a_field_depend_on_it(say, add_field, operator):
    editing.create_entity("QT", "Gifts")
    gifts = DataEntity.objects.get(acronym="QT")
    editing.add_field(gifts, FieldDefinition("who", "Relationship", options={"entity": "CL"}))
    editing.add_field(gifts, FieldDefinition("gift", "Varchar 50"))
    publishing.publish(by=operator)
    stored_forms.change_default(
        gifts, lambda it: arranging.set_place(it, "gift", required_if="who.userId is null"), what="Designed"
    )
    snapshot = publishing.published_snapshot()

    def forms(name: str) -> list[str]:
        return [one.label for one in dependencies.dependents(snapshot.entities["CL"], snapshot, name) if one.kind == "Form"]

    assert forms("userId") == ["Gifts"]
    say("email", read_only_if="userId is null")
    assert forms("userId") == ["Customers", "Gifts"]


def test_a_removed_fields_rules_are_told_in_the_designer(browse, say, operator, add_field):
    add_field("fax")
    say("tradeName", required_if="fax is null")
    editing.hide_field(Field.objects.get(name="fax"))
    publishing.publish(by=operator)

    assert "tradeName: The rule cannot be answered: There is no field “fax”." in unescape(browse.get(RECORD).text)
    assert browse.get("/crm/CL/new/").status_code == 200


def test_the_schema_file_carries_them_and_older_files_are_read(say, operator):
    say("tradeName", **USUAL)
    document = schema_document.document()

    again = importing.import_document(document, by=operator).operations
    say("tradeName", **dict.fromkeys(USUAL, ""))
    importing.import_document(document, by=operator)
    brought = place("tradeName")
    older = _without_rules(document)
    first, second = (importing.import_document(older, by=operator).operations for _time in range(2))

    assert (again, brought) == ([], USUAL)
    assert (len(first), second, set(place("tradeName").values())) == (1, [], {""})
    with pytest.raises(errors.InvalidSchemaFile, match="shown_if"):
        importing.import_document(_with_rule(document, 7), by=operator)


def _places(document: dict) -> list[dict]:
    forms = [form for entity in document["entities"] for form in entity["forms"]]
    return [place for form in forms for section in form["sections"] for column in section["columns"] for place in column]


def _without_rules(document: dict) -> dict:
    for one in _places(document):
        for kind in RULES:
            del one[kind]
    return document


def _with_rule(document: dict, rule: object) -> dict:
    _places(document)[0]["shown_if"] = rule
    return document
