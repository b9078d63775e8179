"""Pages of one field: options, type, removal; and adding one."""

import re
from functools import partial

import pytest

from clusters.catalogue.creating import create_cluster
from crm.jobs.models import Job
from crm.schema.designs import arranging, stored_forms
from crm.schema.draft import editing
from crm.schema.generated import current
from crm.schema.models import Field, Publication
from crm.schema.publishing import publishing

GOLD = {"choices": [{"value": "gold", "label": {"en": "Gold", "pt-br": "Ouro"}, "colour": 7}]}


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of the field's form, unchanged."""
    body = re.search(r"<form[^>]*field-form.*?</form>", page, re.S)[0]
    sent = dict(re.findall(r'<input type="(?:text|hidden|email)" name="([\w-]+)"(?: value="([^"]*)")?', body))
    sent |= dict.fromkeys(re.findall(r'type="checkbox" name="([\w-]+)"[^>]*checked', body), "on")
    sent |= {name: value.strip() for name, value in re.findall(r'<textarea name="([\w-]+)"[^>]*>(.*?)</textarea>', body, re.S)}
    sent |= dict(re.findall(r'<select name="([\w-]+)".*?<option value="([^"]*)" selected', body, re.S))
    return {name: value for name, value in sent.items() if name != "csrfmiddlewaretoken"}


@pytest.fixture
def save(browse):
    """Opens a field's page, changes something and saves it."""

    def saved(name: str, **changes):
        address = f"/schema/CL/fields/{name}/"
        return browse.post(address, {**form_of(browse.get(address).text), **changes}, follow=True)

    return saved


def published(name: str):
    return current.newest().entity("CL").field(name)


def test_saving_without_a_change_changes_nothing(save, add_field):
    number = add_field("tier", "Choice", options=GOLD)

    page = save("tier")

    assert page.redirect_chain == [("/schema/CL/", 302)]
    assert Publication.objects.first().number == number


def test_options_are_published_at_once(save, add_field):
    add_field("code")

    page = save("code", **{"label-en": "Code"}, description="of the part", filterable="", searchable="on", public_read="on")

    code = published("code")
    assert "Saved and published" in page.text
    assert (code.label, code.description, code.filterable, code.public_read) == ("Code", "of the part", False, True)


LABELS = {"en": "Shoe size", "pt-br": "Número do calçado", "es": "Número de calzado"}


@pytest.mark.parametrize("empty", ["", "en", "es"])
def test_a_label_is_typed_in_each_language_and_read_in_the_readers(browse, save, add_field, fill, customers, empty):
    add_field("size", "Integer")
    fill("size", 42)
    stored_forms.change_default(customers, partial(arranging.add_to, part="list_columns", name="size"), what="")
    save("size", **{f"label-{code}": "" if code == empty else label for code, label in LABELS.items()})

    said = {code: label for code, label in LABELS.items() if code != empty}
    for language in LABELS:
        expected = [said[code] for code in (language, "en") if code in said][:1] or said.values()
        for address in ("/crm/CL/", "/crm/CL/new/", "/schema/CL/", "/schema/CL/forms/default/"):
            page = browse.get(address, headers={"accept-language": language}).text
            assert any(label in page for label in expected)
    assert published("size").labels == said


def test_languages_that_pages_do_not_speak_keep_their_labels(save, add_field):
    add_field("size", "Integer")
    Field.objects.filter(name="size").update(labels={"en": "Size", "fr": "Taille"})

    save("size", **{"label-en": "", "label-es": "Número"})

    assert published("size").labels == {"fr": "Taille", "es": "Número"}


def test_settings_of_the_type_are_kept_and_changed(save, add_field):
    add_field("tier", "Choice", options=GOLD)

    save("tier", option_choices="gold = Golden\nvip")

    assert published("tier").options["choices"] == [
        {"value": "gold", "label": {"en": "Golden", "pt-br": "Ouro"}, "colour": 7},
        {"value": "vip", "label": "vip", "colour": 2},
    ]


def test_a_label_of_an_option_is_of_the_language_it_is_typed_in(browse, save, add_field):
    add_field("tier", "Choice", options={"choices": [{"value": "gold", "label": "Gold"}, {"value": "vip", "label": "vip"}]})
    address, portuguese = "/schema/CL/fields/tier/", {"accept-language": "pt-br"}
    sent = form_of(browse.get(address, headers=portuguese).text) | {"option_choices": "gold = Ouro\nvip\nnew = Novo"}

    browse.post(address, sent, headers=portuguese)
    save("tier")

    labels = [choice["label"] for choice in published("tier").options["choices"]]
    assert labels == [{"en": "Gold", "pt-br": "Ouro"}, "vip", {"pt-br": "Novo"}]


def test_options_that_came_by_file_stay_what_they_are(save, add_field):
    choices = [{"value": "gold", "label": "Gold, or better"}, {"value": "A = B"}, {"value": "M, L", "label": {"es": "M, L"}}]
    add_field("tier", "Choice", options={"choices": choices})

    save("tier", description="How dear")

    assert published("tier").options["choices"] == choices


def test_what_a_type_cannot_do_is_not_offered(browse, add_field):
    add_field("notes", "Text")
    add_field("vip", "Boolean")

    notes, vip = (form_names(browse.get(f"/schema/CL/fields/{name}/").text) for name in ("notes", "vip"))

    assert {"unique", "filterable", "public_filter"}.isdisjoint(notes)
    assert {"required", "unique", "searchable", "fill_empty"}.isdisjoint(vip)


def form_names(page: str) -> set[str]:
    return set(re.findall(r' name="([\w-]+)"', page))


def test_what_is_required_says_how_many_records_have_none(save, browse, add_field, fill):
    add_field("code")
    fill("code", "A", None, None)
    Field.objects.filter(name="code").update(nullable=False)

    assert "2 records have no code." in browse.get("/schema/CL/plan/").text


def test_unique_waits_for_somebody_to_look_at_its_plan(save, add_field):
    add_field("code")

    page = save("code", unique="on")

    assert page.redirect_chain == [("/schema/CL/plan/", 302)]
    assert "Require unique values of code in Customers, by an index." in page.text
    assert published("code").unique is False


def test_r43_a_default_is_offered_to_the_records_that_have_none(browse, save, add_field, fill):
    add_field("tier", "Choice", options=GOLD)
    fill("tier", "gold", None, None)

    offered = "Give the default to the 2 records that have no value" in browse.get("/schema/CL/fields/tier/").text
    save("tier", default="gold", fill_empty="on")

    assert offered
    assert published("tier").default == "gold"
    assert Job.objects.get(kind="backfill").subject == "CL.tier"


def test_a_refused_option_is_told_and_nothing_is_drafted(save, add_field):
    add_field("points", "Integer")

    page = save("points", option_minimum="9", option_maximum="1")

    assert page.status_code == 422
    assert "No value is at least 9 and at most 1." in page.text
    assert Field.objects.get(name="points").options == {}


def test_what_a_cluster_is_over_cannot_be_opened_for_writing(save, operator, db):
    create_cluster("Dealers", by=operator)

    page = save("Dealers", public_write="on")

    assert page.status_code == 422
    assert "it decides who is in Cluster Dealers" in page.text
    assert Field.objects.get(name="Dealers").public_write is False


def test_two_administrators_the_second_sees_what_the_first_stored(browse, add_field):
    add_field("code", description="of old")
    address = "/schema/CL/fields/code/"
    opened = form_of(browse.get(address).text)
    Field.objects.filter(name="code").update(description="of the first")

    page = browse.post(address, {**opened, "description": "of the second"})
    again = browse.post(address, form_of(page.text), follow=True)

    assert page.status_code == 409
    assert "Somebody else has changed this field in the meantime." in page.text
    assert "Stored now: of the first" in page.text
    assert again.redirect_chain == [("/schema/CL/", 302)]
    assert published("code").description == "of the second"


def test_a_built_in_field_keeps_type_and_settings(browse):
    page = browse.get("/schema/CL/fields/email/").text

    assert "Another type" not in page
    assert "Remove the field" not in page
    assert {"unique", "option_pattern"}.isdisjoint(form_names(page))


def test_another_type_is_drafted_and_its_plan_shown(browse, add_field):
    add_field("tier")
    address = "/schema/CL/fields/tier/type/"

    asked = browse.get(address, {"type": "Choice"}).text
    refused = browse.post(address, {"type": "Choice", "option_choices": ""})
    drafted = browse.post(address, {"type": "Choice", "option_choices": "Gold\nSilver"})

    assert "option_choices" in asked
    assert refused.status_code == 422
    assert drafted["Location"] == "/schema/CL/plan/"
    assert Field.objects.get(name="tier").type == "Choice"
    assert published("tier").type == "Varchar 50"


def test_removing_shows_what_depends_on_it_and_restoring_brings_it_back(browse, add_field, fill, operator, values):
    add_field("fax")
    fill("fax", "1")

    page = browse.post("/schema/CL/fields/fax/hide/", follow=True)
    publishing.publish(by=operator)
    leftovers = browse.get("/schema/CL/").text
    back = browse.post("/schema/CL/fields/fax/restore/", follow=True)

    assert page.redirect_chain == [("/schema/CL/plan/", 302)]
    assert "Hide the field fax of Customers; its values are kept." in page.text
    assert "Depends on it: <span>Form" in page.text
    assert "Restore fax" in leftovers
    assert "The field fax is back with its values" in back.text
    assert values("fax") == {"a": "1"}


def test_a_field_whose_type_needs_more_is_asked_for_it(browse, db):
    first = browse.post("/schema/CL/", {"label": "Tier", "type": "Choice"})
    second = browse.post(
        "/schema/CL/", {"with_options": "1", "label": "Tier", "type": "Choice", "option_choices": "Gold, Silver"}
    )

    assert first.status_code == 200
    assert "Choice needs a little more." in first.text
    assert second["Location"] == "/schema/CL/"
    assert [choice["value"] for choice in published("Tier").options["choices"]] == ["Gold", "Silver"]


def test_a_field_without_options_is_published_in_one_step(browse, db):
    page = browse.post("/schema/CL/", {"label": "Shoe size", "type": "Integer"}, follow=True)

    assert "The field ShoeSize is published" in page.text
    assert published("ShoeSize").type == "Integer"


def test_an_unknown_field_is_not_found(browse):
    assert browse.get("/schema/CL/fields/nothing/").status_code == 404
    assert browse.get("/schema/QQ/").status_code == 404


def offered(page) -> dict[str, list[str]]:
    """The fields to show that a form offers, by the group that they stand in."""
    choices = page.context["form"].fields["option_display"].choices
    return {group: [value for value, _label in fields] for group, fields in choices if isinstance(fields, list)}


def test_the_field_to_show_is_picked_from_those_that_can_be_shown(browse, add_field):
    add_field("fax")

    page = browse.post("/schema/AD/", {"label": "Buyer", "type": "Relationship"})
    made = browse.post(
        "/schema/AD/",
        {"with_options": "1", "label": "Buyer", "type": "Relationship", "option_entity": "CL", "option_display": "CL.fax"},
    )
    again = browse.get("/schema/AD/fields/Buyer/")

    groups = offered(page)
    assert list(groups) == ["Customers (CL)", "Addresses (AD)"]
    assert {"CL.email", "CL.fax"} < set(groups["Customers (CL)"])
    assert {"CL.attach", "CL.checkouttag", "AD.userId"}.isdisjoint([*groups["Customers (CL)"], *groups["Addresses (AD)"]])
    assert made["Location"] == "/schema/AD/"
    assert current.entity("AD").field("Buyer").options == {"entity": "CL", "display": "fax"}
    assert '<option value="CL.fax" selected>' in again.text


def test_a_field_of_another_entity_is_not_the_field_to_show(browse, db):
    page = browse.post(
        "/schema/AD/",
        {"with_options": "1", "label": "Buyer", "type": "Relationship", "option_entity": "CL", "option_display": "AD.street"},
    )

    assert page.status_code == 422
    assert "The field to show is one of another entity than the field points to." in page.text


def test_a_hidden_field_to_show_stays_until_another_is_picked(browse, add_field, operator):
    add_field("fax")
    add_field("friend", "Relationship", options={"entity": "CL", "display": "fax"})
    editing.hide_field(Field.objects.get(name="fax"))

    assert '<option value="CL.fax" selected>' in browse.get("/schema/CL/fields/friend/").text
