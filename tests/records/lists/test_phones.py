"""A phone is found however it is written, with the country code and without."""

import pytest

from crm.records.writing import saving


@pytest.mark.parametrize(
    "asked",
    [
        "+5511999990000", "(11) 99999-0000", "11999990000", "011 99999-0000", "11 9*", "5511*", "*0000",
        "contains 99999-0000", "contains (011) 99999",
    ],
)  # fmt: skip
def test_a_phone_is_found_however_it_is_written(browse, customers, admin, asked):
    saving.create(customers, {"email": "ana@example.com", "phone": "11 99999-0000"}, by=admin, record_id="ana")
    saving.create(customers, {"email": "bea@example.com", "phone": "+1 212 555 0100"}, by=admin, record_id="bea")
    word, _blank, text = asked.partition(" ") if asked.startswith("contains") else ("=", "", asked)

    answer = browse.get("/crm/CL/", {"_where": f'phone {word} "{text}"' if "*" not in text else f"phone={text.replace(' ', '')}"})

    assert [record.pk for record in answer.context["listing"].page.rows] == ["ana"]


def test_a_number_without_its_area_code_is_asked_for_it(browse, customers):
    answer = browse.post("/crm/CL/new/", {"email": "ana@example.com", "phone": "99999-0000"})

    assert answer.status_code == 422
    assert "“99999-0000” lacks the area code" in answer.text
