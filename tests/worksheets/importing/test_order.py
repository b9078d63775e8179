"""What pages list in an order keeps it, though databases store the names of JSON in orders of their own."""

import pytest

from crm.records.writing import saving
from crm.worksheets.importing import rehearsing
from crm.worksheets.importing.preparing import prepare
from crm.worksheets.review import findings, guesses, reviewing
from crm.worksheets.review.form import ReviewForm


@pytest.fixture
def reviewed(upload, customers, admin):
    saving.create(customers, {"email": "ana@example.com"}, by=admin)
    text = "lastName;email;gender;isCorporate\nLima;ana@example.com;f;sim\nReis;bea@example.com;m;x\n;eva@example.com;m;sim\n"
    worksheet = upload(text, key="email")
    reviewing.begin(worksheet)
    worksheet.refresh_from_db()
    return worksheet


def test_columns_are_listed_as_in_the_file_and_values_by_how_often_they_stand_there(reviewed):
    review = reviewing.open_review(reviewed)

    assert list(review.choices.map) == ["lastName", "email", "gender", "isCorporate"]
    assert list(review.inspection.columns[3].values.items()) == [("sim", 2), ("x", 1)]
    assert list(review.inspection.columns[2].values.items()) == [("m", 2), ("f", 1)]


def test_values_for_all_rows_are_listed_as_the_entity_has_its_fields(reviewed):
    reviewed.choices = reviewed.choices | {"set": {"tradePolicy": "2", "corporateName": "Ltda", "document": "1"}}
    reviewed.save()
    reviewed.refresh_from_db()
    review = reviewing.open_review(reviewed)

    (said,) = [str(guess.sentence) for guess in guesses.guesses(review, ReviewForm(review=review)) if guess.name == "set"]

    assert said == "Every row gets <b>Document = 1</b>, <b>Company name = Ltda</b>, <b>Trade policy = 2</b>."


def test_fields_of_as_many_changed_cells_are_listed_in_their_order(reviewed):
    rehearsing.rehearse_in_detail(prepare(reviewed))
    reviewed.refresh_from_db()

    found = findings.cells_by_field(reviewed.last_rehearsal, reviewing.open_review(reviewed).model.entity)

    assert [(field.name, count) for field, count in found] == [("lastName", 1), ("gender", 1), ("isCorporate", 1)]
