"""The designer: every button is a post that works without a script; what cannot be is refused beside it."""

import re
from html import unescape

import pytest

from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.schema.designs import stored_forms
from crm.schema.draft import editing, new_fields
from crm.schema.form_design import FormDesign
from crm.schema.models import DataEntity, Field, Form
from crm.schema.publishing import draft_and_publish, publishing

pytestmark = pytest.mark.django_db

RECORD = "/schema/CL/forms/default/"
LIST = f"{RECORD}list/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def design(customers):
    """The design of a form of CL, as it is stored."""

    def stored(name: str = "default") -> FormDesign:
        return customers.forms.get(name=name).content()

    return stored


def columns(design: FormDesign, key: str) -> list[list[str]]:
    return [[place.field for place in column] for column in design.section(key).columns]


def do(browse, deed: str, address: str = RECORD, **more):
    response = browse.post(address, {"do": deed, **more})
    assert response.status_code == 302, unescape(response.text)[:3000]
    return browse.get(response["Location"])


@pytest.mark.parametrize("direction", ["up", "down", "left", "right"])
def test_a_button_moves_a_field_and_keeps_the_focus(browse, design, direction):
    before = design()

    page = do(browse, f"move document {direction}")

    assert sorted(design().placed) == sorted(before.placed)
    assert re.search(rf'id="{direction}-document" autofocus', page.text)


def test_what_moved_where_is_said(browse):
    page = do(browse, "move document up")

    assert "Document is now 1 of 5 in column 2 of Customer." in page.text


def test_with_a_script_only_the_designer_comes_back(browse):
    response = browse.post(RECORD, {"do": "move document up"}, headers=HTMX)

    assert "<html" not in response.text
    assert '<span hidden data-said="Document is now 1 of 5 in column 2 of Customer."></span>' in response.text
    assert '<div id="preview" hx-swap-oob="innerHTML">' in response.text


def test_a_drop_is_the_same_as_buttons(browse, design):
    do(browse, "put phone s1 1 0")

    assert columns(design(), "s1")[1][0] == "phone"
    assert "phone" not in columns(design(), "s2")[0]


def test_fields_that_are_not_on_the_form_are_put_where_one_says(browse, design):
    assert 'id="put-userId"' in browse.get(RECORD).text

    page = do(browse, "put userId", to="s2")

    assert "userId" in [name for column in columns(design(), "s2") for name in column]
    assert 'id="put-userId"' not in page.text
    assert 'id="edit-userId" autofocus' in page.text


def test_a_field_is_sought_among_many(browse):
    whole = browse.get(f"{RECORD}?_find=rclast")
    part = browse.get(f"{RECORD}?_find=zzz", headers={**HTMX, "HX-Target": "palette"})

    assert set(re.findall(r'id="put-(\w+)"', whole.text)) == {"rclastcart", "rclastsession"}
    assert "zzz" in part.text
    assert "<form" not in part.text


def test_sections_are_added_named_split_moved_and_removed(browse, design):
    do(browse, "add-section", title="Preferences")
    key = design().sections[-1].key
    do(browse, "name-sections", **{f"title-{key}": "Tastes"})
    do(browse, f"section {key} one")
    do(browse, f"section {key} up")

    made = design().sections[-2]
    assert (made.labels, len(made.columns)) == ({"en": "Tastes"}, 1)
    do(browse, f"section {key} remove")
    assert design().section(key) is None


def test_a_section_is_named_in_each_language(browse, design):
    address = f"{RECORD}sections/s1/"

    saved = browse.post(address, {"label-en": "Person", "label-pt-br": "Pessoa"})
    nameless = browse.post(address, {"label-en": ""})

    assert saved["Location"] == f"{RECORD}?_focus=names-s1"
    assert design().section("s1").labels == {"en": "Person", "pt-br": "Pessoa"}
    assert "Pessoa</legend>" in browse.get("/crm/CL/new/", headers={"accept-language": "pt-br"}).text
    assert "Person</legend>" in browse.get("/crm/CL/new/", headers={"accept-language": "es"}).text
    assert nameless.status_code == 422
    assert browse.get(f"{RECORD}sections/none/").status_code == 404


def test_a_removed_sections_fields_are_offered_again(browse):
    page = do(browse, "section s2 remove")

    assert 'id="put-homePhone"' in page.text


def test_the_list_is_designed_with_columns_widths_order_filters_and_highlights(browse, design):
    do(browse, "add list_columns", LIST, **{"add-list_columns": "birthDate"})
    do(browse, "shift list_columns birthDate up", LIST)
    do(browse, "shift-to list_columns birthDate 0", LIST)
    do(browse, "widths", LIST, **{"width-birthDate": "120", "width-nothing": "80"})
    do(browse, "drop list_columns phone", LIST)
    do(browse, "order", LIST, sort="birthDate", direction="DESC")
    do(browse, "query", LIST, query="approved = true")
    do(browse, "add filters", LIST, **{"add-filters": "gender"})
    do(browse, "add highlights", LIST, **{"add-highlights": "document"})

    made = design()
    assert [(column.field, column.width) for column in made.list_columns][:2] == [("birthDate", 120), ("email", 0)]
    assert "phone" not in made.listed
    assert (made.sort, made.query, made.filters[-1], made.highlights) == (
        "birthDate DESC",
        "approved=true",
        "gender",
        ("document",),
    )


@pytest.mark.parametrize(
    ("address", "posted", "reason"),
    [
        (LIST, {"do": "order", "sort": "restrictions", "direction": "ASC"}, "cannot be sorted by restrictions"),
        (LIST, {"do": "order", "sort": "email", "direction": "SIDEWAYS"}, "upwards or downwards"),
        (LIST, {"do": "query", "query": "approved=maybe"}, "The query cannot be answered"),
        (LIST, {"do": "add filters", "add-filters": "restrictions"}, "cannot be a filter"),
        (LIST, {"do": "add filters", "add-filters": "nothing"}, "no field"),
        (LIST, {"do": "add related", "add-related": "AD.nothing"}, "no relationship"),
        (LIST, {"do": "widths", "width-email": "99999"}, "one of the offered widths"),
        (LIST, {"do": "shift filters email up"}, "not there any more"),
        (RECORD, {"do": "add-section", "title": ""}, "at most 100 characters"),
        (RECORD, {"do": "add-section", "title": "x" * 101}, "at most 100 characters"),
        (RECORD, {"do": "put nothing s1 0 0"}, "no field"),
        (RECORD, {"do": "put userId", "to": "s99"}, "not on this form any more"),
        (RECORD, {"do": "move userId up"}, "not on this form any more"),
        (RECORD, {"do": "undo 999"}, "nothing to undo"),
        *((RECORD, {"do": deed}, "out of date") for deed in (
            "", "nonsense", "move", "move email", "move email sideways", "put email s1 x y", "put email s1 0",
            "add nonsense", "shift sections email up", "section s1 spin",
        )),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_the_reason_and_changes_nothing(browse, design, address, posted, reason):
    before = design()

    response = browse.post(address, posted)

    assert response.status_code == 422
    assert reason in unescape(response.text)
    assert design() == before


def test_a_refused_query_is_still_there_to_be_mended(browse):
    response = browse.post(LIST, {"do": "query", "query": "approved=maybe"})

    assert 'value="approved=maybe"' in response.text


def test_r31_what_cannot_be_a_filter_or_an_order_is_not_offered_and_says_why(browse):
    page = unescape(browse.get(LIST).text)

    offered = {name: re.search(rf'<select[^>]*id="{name}".*?</select>', page, re.S)[0] for name in ("sort", "add-filters")}
    assert not any("restrictions" in options for options in offered.values())
    assert "Restrictions: fields of type Text cannot be filters" in page
    assert "Restrictions: fields of type Text are no order for a list" in page


def test_a_change_is_taken_back_by_its_name(browse, design):
    before = design()
    page = do(browse, "move document up")

    button = re.search(r'value="(undo \d+)">Undo: Moved Document\.', page.text)[1]
    page = do(browse, button)

    assert design() == before
    assert "Undone: Moved Document." in page.text


def test_the_thousandth_change_is_undone_too(browse, design, customers):
    before = design()
    customers.form_versions.create(
        pk=1_999, form="default", document={"labels": {}, "design": before.to_json()}, what="Moved Phone."
    )

    page = browse.get(RECORD)
    do(browse, re.search(r'value="(undo [^"]+)"', page.text)[1])

    assert not customers.form_versions.exists()


def test_the_designer_says_what_is_left_out(browse, customers, operator):
    draft_and_publish.add_and_publish(customers, new_fields.new_definition("fax", "Varchar 50"), by=operator)
    editing.hide_field(Field.objects.get(entity=customers, name="fax"))
    publishing.publish(by=operator)

    page = browse.get(RECORD).text

    assert "The field fax is hidden or gone; its places are left out." in page
    assert "hidden, so left out" in page
    assert browse.get("/crm/CL/").status_code == 200
    do(browse, "take fax")
    do(browse, "drop list_columns fax", LIST)
    assert "left out" not in browse.get(RECORD).text


def test_the_preview_is_of_the_form_as_it_is_now(browse):
    page = do(browse, "take gender")

    preview = page.text.split('id="preview"')[1]
    assert 'id="preview_email"' in preview
    assert 'id="preview_gender"' not in preview
    assert 'id="preview"' in browse.get(LIST).text


PLACE = f"{RECORD}fields/{{}}/"


def test_what_a_form_says_of_a_field(browse, design):
    said = {"read_only": "on", "required": "on", "help_text": "As in her passport", "default": "Ana"}

    response = browse.post(PLACE.format("firstName"), said)

    assert response["Location"] == f"{RECORD}?_focus=edit-firstName"
    place = next(place for place in design() if place.field == "firstName")
    assert (place.read_only, place.required, place.help_text, place.default) == (True, True, "As in her passport", "Ana")
    assert 'value="Ana"' in browse.get(PLACE.format("firstName")).text


@pytest.mark.parametrize(
    ("field", "posted", "reason"),
    [
        ("email", {"required": "on", "read_only": "on"}, "unless it has a default"),
        ("birthDate", {"default": "soon"}, "The default does not fit"),
        ("email", {"help_text": "x" * 201}, "200"),
    ],
)
def test_what_a_form_cannot_say_of_a_field(browse, design, field, posted, reason):
    before = design()

    response = browse.post(PLACE.format(field), posted)

    assert response.status_code == 422
    assert reason in unescape(response.text)
    assert design() == before


@pytest.mark.parametrize(
    ("field", "asked", "notes"),
    [
        ("email", {"read_only", "required", "help_text", "default", "shown_if", "required_if", "read_only_if"}, []),
        (
            "approved",
            {"read_only", "help_text", "default", "shown_if", "read_only_if"},
            ["It cannot be required: fields of type Boolean are never empty."],
        ),
    ],
)
def test_r31_only_what_makes_sense_is_asked(browse, field, asked, notes):
    said = browse.get(PLACE.format(field)).context["place_form"]

    assert set(said.fields) == asked
    assert said.notes == notes


def test_r49_the_form_says_what_the_field_wants_everywhere(browse, add_field, customers):
    add_field("code", required=True)

    said = browse.get(PLACE.format("code")).context["place_form"]

    assert "required" not in said.fields
    assert said.notes == ["The field is required everywhere."]


@pytest.mark.parametrize(("chosen", "stored"), [("", None), ("true", True), ("false", False)])
def test_a_booleans_default_can_be_left_to_the_field(browse, design, chosen, stored):
    browse.post(PLACE.format("approved"), {"default": chosen})

    assert next(place for place in design() if place.field == "approved").default is stored


def test_forms_are_made_like_others_or_empty(browse, customers, design):
    made = browse.post(
        "/schema/CL/forms/", {"label-en": "Phones", "label-pt-br": "Telefones", "like": "default", "whose": "shared"}
    )
    empty = browse.post("/schema/CL/forms/", {"label-en": "Mine", "like": "", "whose": "own"})

    assert (made["Location"], empty["Location"]) == ("/schema/CL/forms/phones/", "/schema/CL/forms/mine/")
    assert design("phones") == design()
    assert design("mine").placed == []
    assert customers.forms.get(name="phones").labels == {"en": "Phones", "pt-br": "Telefones"}
    assert customers.forms.get(name="mine").owner is not None


def test_a_form_without_a_name_is_refused(browse):
    response = browse.post("/schema/CL/forms/", {"label-en": " ", "like": "default", "whose": "shared"})

    assert response.status_code == 422
    assert "Give it a name in one language at least." in response.text


def test_a_form_is_renamed_made_the_default_deleted_and_brought_back(browse, customers):
    browse.post("/schema/CL/forms/", {"label-en": "Phones", "like": "default", "whose": "shared"})
    address = "/schema/CL/forms/phones/"

    browse.post(f"{address}settings/", {"label-en": "Telephones"})
    assert str(customers.forms.get(name="phones")) == "Telephones"
    browse.post(f"{address}deed/", {"do": "default"})
    assert customers.forms.get(is_default=True).name == "phones"
    browse.post("/schema/CL/forms/default/deed/", {"do": "default"})
    index = browse.post(f"{address}deed/", {"do": "delete"}, follow=True)
    assert "The form “Telephones” is deleted" in index.text
    back = re.search(r"/schema/CL/forms/deleted/\d+/", index.text)[0]
    browse.post(back)
    assert str(customers.forms.get(name="phones")) == "Telephones"


def test_the_default_form_is_not_deleted(browse, customers):
    response = browse.post(f"{RECORD}deed/", {"do": "delete"}, follow=True)

    assert "The default form stays" in response.text
    assert customers.forms.count() == 1


# Who may (design §3): the status of each page, by role.
OK, NO, GONE = 200, 403, 404
PAGES = ("", "list/", "settings/", "fields/email/")


@pytest.mark.parametrize(
    ("role", "shared", "own", "anothers"),
    [
        (Role.READER, NO, OK, GONE),
        (Role.EDITOR, NO, OK, GONE),
        (Role.MANAGER, OK, OK, GONE),
        (Role.ADMINISTRATOR, OK, OK, OK),
    ],
)
def test_whose_forms_a_role_may_design(customers, role, shared, own, anothers, sign_in):
    client = sign_in(role)
    me = Actor(User.objects.get(role=role), "page")
    other = Actor(User.objects.create_user("other@example.com", "x", Role.READER), "page")
    default = customers.forms.get(is_default=True)
    stored_forms.create(customers, {"en": "Mine"}, by=me, shared=False, like=default)
    stored_forms.create(customers, {"en": "Hers"}, by=other, shared=False, like=default)

    statuses = {
        name: {client.get(f"/schema/CL/forms/{name}/{page}").status_code for page in PAGES}
        for name in ("default", "mine", "hers")
    }
    posted = [
        client.post(f"/schema/CL/forms/{name}/", {"do": "move document up"}).status_code for name in ("default", "mine", "hers")
    ]

    assert statuses == {"default": {shared}, "mine": {own}, "hers": {anothers}}
    assert [{302: OK}.get(status, status) for status in posted] == [shared, own, anothers]
    assert client.get("/schema/CL/forms/").status_code == OK


def test_a_reader_makes_forms_for_herself_only(customers, sign_in):
    reader = sign_in(Role.READER)

    refused = reader.post("/schema/CL/forms/", {"label-en": "Ours", "like": "", "whose": "shared"})
    reader.post("/schema/CL/forms/", {"label-en": "Mine", "like": "", "whose": "own"})

    assert refused.status_code == 422
    assert list(customers.forms.filter(is_default=False).values_list("name", "owner__email")) == [("mine", "reader@example.com")]


@pytest.mark.parametrize(
    "address",
    [
        "/schema/XX/forms/",
        "/schema/CL/forms/nothing/",
        f"{RECORD}fields/userId/",
        f"{RECORD}fields/nothing/",
        "/schema/CL/forms/deleted/9/",
    ],
)
def test_what_is_not_there_is_not_found(browse, address):
    asked = browse.post if "deleted" in address else browse.get
    assert asked(address).status_code == 404


@pytest.fixture
def wide(operator):
    """An entity with so many fields, all on its form, in its list and among its filters."""

    def made(count: int) -> None:
        entity = editing.create_entity("WD", "Wide")
        for number in range(count):
            editing.add_field(entity, new_fields.new_definition(f"field{number}", "Varchar 50", label=f"Field {number}"))
        publishing.publish_entity("WD", {f"field{number}" for number in range(count)}, by=operator)
        form = Form.objects.get(entity=DataEntity.objects.get(acronym="WD"))
        names = [f"field{number}" for number in range(count)]
        said = {"list_columns": [{"field": name} for name in names], "filters": names, "highlights": names}
        Form.objects.filter(pk=form.pk).update(design={**form.design, **said})

    return made


@pytest.mark.parametrize("fields", [5, 60])
@pytest.mark.parametrize("page", ["", "list/", "settings/", "fields/field1/"])
def test_pages_ask_as_much_for_five_fields_as_for_sixty(browse, wide, fields, page, django_assert_max_num_queries):
    wide(fields)
    browse.get("/schema/WD/forms/default/")

    with django_assert_max_num_queries(9):
        assert browse.get(f"/schema/WD/forms/default/{page}").status_code == 200
