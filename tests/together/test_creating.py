"""The same form sent four times at the same moment: one is made, the others are refused in words."""

import pytest

from tests.visitor import Answer, Visitor

TIMES = 4
CREATING = {
    "person": ("/people/", {"email": "bia{n}@example.com", "name": "", "role": "READONLY", "password": "a longer staple"}),
    "cluster": ("/clusters/new/", {"label": "Dealers {n}", "rule": "", "entity": "CL"}),
    "rule cluster": ("/clusters/new/", {"label": "Ruled {n}", "rule": "gender=f{n}", "entity": "CL"}),
    "entity": ("/schema/new/", {"acronym": "P{letter}", "label-en": "Parts {n}", "key": "made"}),
    "field": ("/schema/CL/", {"label": "Shoe size {n}", "type": "Integer"}),
    "form": ("/schema/CL/forms/", {"label-en": "Phones {n}", "like": "default", "whose": "shared"}),
    "record": ("/crm/CL/new/", {"email": "u{n}@example.com"}),
}


@pytest.mark.parametrize("round_", range(3))
@pytest.mark.parametrize("what", CREATING)
def test_one_is_made_and_the_others_are_refused_in_words(visitor: Visitor, what: str, round_: int):
    address, form = CREATING[what]

    sent = {name: value.format(n=round_, letter="ABC"[round_]) for name, value in form.items()}

    answers = visitor.post_together(address, sent, times=TIMES)

    assert_one_is_made(answers)


def test_field_for_a_column_of_a_worksheet_is_made_once(visitor: Visitor):
    sheet = b"email,hat\nana@example.com,7\n"
    worksheet = visitor.post("/worksheets/new/", {"entity": "CL"}, {"file": ("hats.csv", sheet)}).location

    answers = visitor.post_together(f"{worksheet}fields/1/", {"label": "Hat", "type": "Integer"}, times=TIMES)

    # The last to come may find the column filled already, and is led to the review.
    assert [answer.status for answer in answers if answer.location != worksheet] == [422] * sum(
        not a.is_redirect for a in answers
    )
    assert all(answer.reasons for answer in answers if answer.status == 422)
    assert "Hat2" not in visitor.get("/schema/CL/").page


def test_deleted_record_comes_back_once(visitor: Visitor):
    address = visitor.post("/crm/CL/new/", {"email": "back@example.com"}).location
    visitor.post(f"{address}delete/", {"confirm": "1", "crm_version": "1"})

    answers = visitor.post_together(f"{address}restore/", {}, times=TIMES)

    assert sorted(answer.location for answer in answers) == ["/crm/CL/", "/crm/CL/", "/crm/CL/", address]


def test_index_is_made_whoever_is_answered_so(visitor: Visitor):
    answers = visitor.post_together(
        "/schema/CL/indexes/", {"name": "by_gender", "fields_text": "gender", "unique": ""}, times=TIMES
    )

    assert {answer.status for answer in answers} <= {302, 422}
    assert all(answer.reasons for answer in answers if answer.status == 422)
    assert "by_gender" in visitor.get("/schema/CL/indexes/").page
    assert "Everything that is drafted is published." in visitor.get("/schema/CL/plan/").page


def assert_one_is_made(answers: list[Answer]) -> None:
    assert sorted(answer.status for answer in answers) == [302, 422, 422, 422]
    assert all(answer.reasons for answer in answers if answer.status == 422)
