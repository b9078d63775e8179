import pytest

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition


def field(name: str, *, by_digits: bool = True) -> FieldDefinition:
    return FieldDefinition(name, "Varchar 50", options={"by_digits": True} if by_digits else {})


DOCUMENT, COMPANY, POSTAL_CODE = field("document"), field("corporateDocument"), field("postalCode")


def displayed(value: str, of: FieldDefinition) -> str:
    return fieldtypes.get(of.type).display(value, of)


@pytest.mark.parametrize(
    ("of", "kept", "shown"),
    [
        (DOCUMENT, "52998224725", "529.982.247-25"),
        (DOCUMENT, "529.982.247-25", "529.982.247-25"),
        (COMPANY, "11222333000181", "11.222.333/0001-81"),
        (POSTAL_CODE, "01310100", "01310-100"),
    ],
)
def test_documents_and_postal_codes_are_shown_with_punctuation(of, kept, shown):
    assert displayed(kept, of) == shown


@pytest.mark.parametrize(
    ("of", "kept"),
    [
        (DOCUMENT, "52998224726"),
        (DOCUMENT, "12345678"),
        (DOCUMENT, "AB 1234"),
        (POSTAL_CODE, "10115"),
        (POSTAL_CODE, "01310-100"),
        (field("userId"), "52998224725"),
        (field("document", by_digits=False), "52998224725"),
        (field("registration"), "01310100"),
    ],
)
def test_other_numbers_are_shown_as_they_are_kept(of, kept):
    assert displayed(kept, of) == kept


def test_a_form_shows_what_is_kept_so_that_saving_changes_nothing():
    assert fieldtypes.get("Varchar 50").form_value("52998224725", DOCUMENT) == "52998224725"
