import pytest

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.draft.fitting import fitted
from crm.schema.errors import InvalidField
from crm.schema.fieldtypes import InvalidValue

KIND = fieldtypes.get("File")
FIELD = FieldDefinition("f", "File")
STORED = [{"id": "1", "name": "a.pdf", "size": 7}, {"id": "2", "name": "b.png", "size": 9}]


def test_names_are_shown_and_the_history_keeps_which_files():
    assert (KIND.cell(STORED, FIELD), KIND.display(STORED, FIELD)) == ("a.pdf; b.png", "a.pdf, b.png")
    assert (KIND.to_json(STORED, FIELD), KIND.to_json(None, FIELD)) == (["a.pdf", "b.png"], None)
    assert KIND.from_history(KIND.to_history(STORED, FIELD), FIELD) == STORED
    assert KIND.clean([], FIELD) is None


@pytest.mark.parametrize("raw", ["a.pdf", ["a.pdf"], [{"name": "a.pdf"}], {"id": "1"}, 7])
def test_files_are_not_written(raw):
    with pytest.raises(InvalidValue, match="uploaded, not written"):
        KIND.clean(raw, FIELD)


@pytest.mark.parametrize(("size", "stored"), [("7", 7), (1, 1), ("", None)])
def test_the_largest_size_is_a_number_of_megabytes(settings, size, stored):
    settings.MAX_UPLOAD_MB = 10

    assert fitted(FieldDefinition("f", "File", options={"max_size": size})).options.get("max_size") == stored


@pytest.mark.parametrize("size", ["0", "11", "-1", "big", "1.5", True])
def test_other_sizes_are_refused(settings, size):
    settings.MAX_UPLOAD_MB = 10

    with pytest.raises(InvalidField, match="megabytes from 1 to 10"):
        fitted(FieldDefinition("f", "File", options={"max_size": size}))


def test_r47_the_limit_is_said_before_the_upload():
    assert KIND.form_field(FIELD).help_text == "Up to 5 MB each."
    assert (
        KIND.form_field(FieldDefinition("f", "File", description="A scan.", options={"max_size": 2})).help_text
        == "A scan. Up to 2 MB each."
    )


def test_r31_it_is_no_filter_and_not_sorted():
    assert not fitted(FieldDefinition("f", "File")).filterable
    assert not fieldtypes.is_sortable(FieldDefinition("f", "File", column={"path": "x"}))
