"""Exactly this list, through a whole import."""

import pytest

from crm.records.writing import saving
from crm.worksheets.errors import InvalidMapping


@pytest.fixture
def member(customers, admin):
    def made(name: str, **values):
        return saving.create(customers, {"email": f"{name}@example.com", "isCorporate": True, **values}, by=admin)

    return made


def members(customers) -> list[str]:
    return sorted(email.partition("@")[0] for email in customers.objects.filter(isCorporate=True).values_list("email", flat=True))


def test_who_is_in_the_file_joins_and_who_is_not_leaves(customers, member, import_text):
    member("ana")
    member("bea")
    member("eva", isCorporate=False)

    found = import_text("email\nana@example.com\neva@example.com\n", key="email", mode="update", replace="isCorporate")

    assert (found.counts, found.worksheet.counts["leaving"]) == ({"rows": 2, "updated": 1, "unchanged": 1}, 1)
    assert members(customers) == ["ana", "eva"]


def test_again_changes_nothing(customers, member, import_text):
    member("ana")
    member("bea")
    text, choices = "email\nana@example.com\n", {"key": "email", "mode": "update", "replace": "isCorporate"}
    import_text(text, **choices)

    found = import_text(text, **choices)

    assert (found.counts, found.worksheet.counts["leaving"]) == ({"rows": 1, "unchanged": 1}, 0)


@pytest.mark.parametrize(
    "row",
    ["bea@example.com;soon", "bea@example.com;;;more", "bea@example.com;***"],
    ids=["a wrong cell", "too many cells", "a masked value"],
)
def test_a_member_whose_row_is_refused_stays(customers, member, import_text, row):
    member("ana")
    member("bea")

    found = import_text(f"email;birthDate\nana@example.com;\n{row}\n", key="email", mode="update", replace="isCorporate")

    assert (found.counts["errors"], found.worksheet.counts["leaving"]) == (1, 0)
    assert members(customers) == ["ana", "bea"]


def test_a_column_says_who_is_in(customers, member, import_text):
    member("ana")
    member("bea")
    member("eva")

    import_text("email;isCorporate\nana@example.com;sim\nbea@example.com;não\n", key="email", replace="isCorporate")

    assert members(customers) == ["ana"]


@pytest.mark.parametrize(
    ("text", "choices", "said"),
    [
        ("email\na@b.co\n", {"key": "email", "replace": "firstName"}, "firstName cannot be replaced"),
        ("email\na@b.co\n", {"key": "email", "replace": "nope"}, "nope cannot be replaced"),
        ("email\na@b.co\n", {"replace": "isCorporate"}, "all would leave"),
    ],
)
def test_what_cannot_be_replaced_is_refused(customers, import_text, text, choices, said):
    with pytest.raises(InvalidMapping, match=said):
        import_text(text, **choices)
