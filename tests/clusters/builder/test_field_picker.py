"""The field of a new condition is named by its label, or a part of it."""

import re

import pytest

from clusters.models import Cluster
from crm.schema.definitions import FieldDefinition
from tests.clusters.builder.sent_form import inputs

pytestmark = pytest.mark.django_db
NEW = "/clusters/new/"


@pytest.fixture
def pick(spenders, manager_client):
    """The page after a name was typed and *Add* pressed."""
    page = manager_client.get(NEW).content.decode()

    def picked(typed: str, **spoken: str) -> str:
        sent = {**inputs(page), "label": "x", "b-new-0": typed, "b-act": "add:0"}
        return manager_client.get(NEW, sent, headers=spoken).content.decode()

    return picked


def fields_of(page: str) -> list[str]:
    return re.findall(r'name="b-field-[0-9.]+" value="([^"]*)"', page)


@pytest.mark.parametrize("typed", ["firstName", "First name", "  first NAME ", "irst nam", "FIRSTNAME"])
def test_a_field_is_named_by_label_name_or_a_part(pick, typed):
    assert fields_of(pick(typed)) == ["firstName"]


def test_labels_are_those_of_the_readers_language(pick):
    assert fields_of(pick("Sobrenome", **{"accept-language": "pt-br"})) == ["lastName"]


def test_records_that_refer_to_these_are_named_likewise(pick):
    assert inputs(pick("addresses"))["rule"] == "has(AD)"


def test_every_field_is_offered_while_one_types(pick):
    page = pick("")

    assert '<datalist id="fields-CL">' in page
    assert '<option value="First name">firstName</option>' in page


def test_what_fits_several_is_asked_about_with_a_button_each(pick, manager_client):
    page = pick("phon")

    assert fields_of(page) == []
    assert "Which one do you mean by “phon”?" in page
    assert set(re.findall(r'value="add:0:(\w+)"', page)) == {"businessPhone", "cellPhone", "homePhone", "phone"}
    chosen = manager_client.get(NEW, {**inputs(page), "label": "x", "b-act": "add:0:homePhone"}).content.decode()
    assert fields_of(chosen) == ["homePhone"]


def test_what_fits_none_is_said_and_kept(pick):
    page = pick("shoe size")

    assert "Nothing here is called “shoe size”." in page
    assert 'value="shoe size"' in page


def test_nothing_named_asks_which(pick):
    page = pick("")

    assert "Which field? Type its name, or choose:" in page
    assert "more of its name" in page


def test_enter_where_a_field_is_named_adds_the_condition_and_saves_nothing(spenders, manager_client):
    page = manager_client.get(NEW).content.decode()

    page = manager_client.post(NEW, {**inputs(page), "label": "Rich", "b-new-0": "First name"}).content.decode()

    assert fields_of(page) == ["firstName"]
    assert "Nothing is saved yet" in page
    assert not Cluster.objects.exists()


def test_fields_of_one_label_are_told_apart_by_their_names(define, manager_client):
    define(
        "OD",
        total=FieldDefinition("total", "Decimal", labels={"en": "Sum"}),
        paid=FieldDefinition("paid", "Decimal", labels={"en": "Sum"}),
    )

    page = manager_client.get(NEW, {"entity": "OD", "label": "x"}).content.decode()

    assert '<option value="Sum (paid)">' in page
    assert '<option value="Sum (total)">' in page
