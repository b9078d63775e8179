from datetime import UTC, datetime

import pytest
import time_machine

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import InvalidValue
from crm.schema.fieldtypes.score2 import current_scores

KIND = fieldtypes.get("Score2")
FIELD = FieldDefinition("f", "Score2")
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def entry(points: int, until: str) -> dict[str, object]:
    return {"Point": points, "Date": "2026-01-01T00:00:00Z", "Until": until}


VALUE = {
    "DisplayValue": "Ação",
    "Scores": {
        "Ação": [entry(1, "2026-01-31T11:59:59Z"), entry(2, "2026-02-01T00:00:00Z"), entry(3, "2026-02-01T00:00:00.0000000Z")],
        "Shoes": [entry(7, "2026-03-01T00:00:00+00:00")],
        "Old": [entry(9, "2020-01-01T00:00:00Z")],
    },
}


def test_points_count_until_their_time():
    assert current_scores(VALUE, NOON) == {"Ação": 5, "Shoes": 7}
    assert current_scores({"Scores": {"x": [{"Point": 1}]}}, NOON) == {}


@time_machine.travel(NOON)
def test_what_counts_now_is_shown_the_highest_first():
    assert KIND.display(VALUE, FIELD) == "Shoes: 7, Ação: 5"
    assert KIND.form_value(VALUE, FIELD) == "Shoes: 7, Ação: 5"
    assert KIND.display(None, FIELD) == ""


@time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC))
def test_when_nothing_counts_any_more_the_key_to_show_is():
    assert KIND.display(VALUE, FIELD) == "Ação"


@time_machine.travel(NOON)
def test_many_keys_are_cut():
    scores = {f"k{n}": [entry(n, "2027-01-01T00:00:00Z")] for n in range(9)}

    assert KIND.display({"DisplayValue": None, "Scores": scores}, FIELD) == "k8: 8, k7: 7, k6: 6, k5: 5, k4: 4, …"


def test_cell_is_the_text_of_the_object_and_json_the_object():
    assert KIND.read(KIND.cell(VALUE, FIELD), FIELD) == VALUE
    assert (KIND.to_json(VALUE, FIELD), KIND.from_history(VALUE, FIELD)) == (VALUE, VALUE)


@pytest.mark.parametrize("raw", ["x", 7, [], {"Scores": []}, {"DisplayValue": "x"}])
def test_what_is_no_score_is_refused(raw):
    if raw == []:
        raw = [1]
    with pytest.raises(InvalidValue):
        KIND.clean(raw, FIELD)


def test_it_is_written_by_the_system_and_may_be_a_filter():
    assert KIND.filled_with == "scores"
    assert "filterable" in KIND.flags and "public_write" not in KIND.flags
