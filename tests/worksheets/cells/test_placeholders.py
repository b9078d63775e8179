"""Cells that say nothing, and addresses with more around them: refused with the reason, and read on request."""

from datetime import date

import pytest

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import CellFormat, InvalidValue
from crm.worksheets.mapping.choices import ColumnChoices

ZERO_DATES = ["0000-00-00", "00/00/0000", "0000-00-00 00:00:00", "00-00-0000", "0000/00/00", "00/00/00", "0000-00-00T00:00:00Z"]
EMAIL = FieldDefinition("email", "Email", unique=True)


@pytest.mark.parametrize("cell", ZERO_DATES)
@pytest.mark.parametrize("order", ["iso", "dmy", "mdy"])
@pytest.mark.parametrize("label", ["Date", "Date and Time"])
def test_a_date_of_zeros_is_refused_as_no_date(cell, order, label):
    field = FieldDefinition("day", label)

    with pytest.raises(InvalidValue, match=f"“{cell}” says that there is no date: leave it empty."):
        fieldtypes.get(label).clean_cell(cell, field, CellFormat(order))
    with pytest.raises(InvalidValue, match="says that there is no date"):
        fieldtypes.get(label).clean(cell, field)


@pytest.mark.parametrize("cell", ["01/01/1900", "30/12/1899", "31/12/1899 00:00:00", "1/1/1900", "1900-01-01", "1899-12-30"])
@pytest.mark.parametrize("name", ["birthDate", "seenAt"])
def test_the_first_day_of_a_calendar_is_told_and_empty_on_request(import_text, people, cell, name):
    cell = f"{cell.split()[0]} 00:00" if name == "seenAt" else cell
    text = f"email,{name}\na@example.com,{cell}\nb@example.com,02/01/1900 00:00\n"

    told = import_text(text, key="email", dates="dmy")
    empty = import_text(text, key="email", dates="dmy", empty="clear", columns={name: ColumnChoices(is_blanked=True)})

    assert told.worksheet.counts["notes"] == [
        f"{name}: 1 date is the first of a program's calendar and may say that there is none ({cell})."
    ]
    assert (empty.errors, empty.worksheet.counts["notes"]) == ([], [])
    assert people.objects.filter(**{f"{name}__isnull": True}).count() == 1


def test_what_says_nothing_is_empty_on_request(import_text, people):
    text = "email,birthDate,phone,seenAt,firstName\n" + "".join(
        f"{place}@example.com,{cells}\n"
        for place, cells in enumerate(["0000-00-00,N/A,0000-00-00 00:00:00,-", "1980-05-12,-,,Ana", "not a date,,,"])
    )
    names = ("birthDate", "phone", "seenAt", "firstName")
    own = {name: ColumnChoices(is_blanked=True) for name in names}

    found = import_text(text, key="email", columns=own)

    assert [error[:2] for error in found.errors] == [(4, "birthDate")]
    assert list(people.objects.order_by("email").values_list(*names)) == [
        (None, None, None, None),
        (date(1980, 5, 12), None, None, "Ana"),
    ]


def test_a_key_that_says_nothing_is_an_empty_key_on_request(import_text, people):
    text = "userId,firstName\nN/A,Ana\nU-1,Bia\nsem cadastro,Caio\n"

    found = import_text(text, key="userId", columns={"userId": ColumnChoices(is_blanked=True)})

    assert found.counts == {"rows": 3, "created": 1, "skipped": 2}


SURROUNDED = {
    "Ana <ana@example.com>": "ana@example.com",
    '"Pires, Ana" <ana@example.com>': "ana@example.com",
    "mailto:ana@example.com": "ana@example.com",
    "mailto:ana@example.com?subject=Oi&cc=b@example.com": "ana@example.com",
    "<ana@example.com>": "ana@example.com",
    "ana@example.com <mailto:ana@example.com>": "ana@example.com",
    "[ana@example.com](mailto:ana@example.com)": "ana@example.com",
    "ana@example.com (Ana)": None,
    "Ana (ana@example.com)": "ana@example.com",
    "E-mail: Ana@example.com": "Ana@example.com",
    "ana@example.com;": "ana@example.com",
    "ana@example.com,": "ana@example.com",
    "'ana@example.com'": "ana@example.com",
    "ana@example.com.": "ana@example.com",
}


@pytest.mark.parametrize("cell", [cell for cell, address in SURROUNDED.items() if address])
def test_more_than_an_address_is_refused_with_the_address(cell):
    with pytest.raises(InvalidValue) as refusal:
        fieldtypes.get("Email").clean(cell, EMAIL)

    assert str(refusal.value) == f"“{cell}” holds more than an address: write “{SURROUNDED[cell]}” alone."
    assert fieldtypes.get("Email").without_surroundings(cell) == SURROUNDED[cell]


@pytest.mark.parametrize(
    "cell",
    [
        "Ana <ana@example.com> Bia <bia@example.com>",
        "ana@example.com <bia@example.com>",
        "ana maria@example.com",
        "joão@example",
        "Ana <ana@>",
        "bia@example.com, Ana <ana@example.com>",
        "ana@example.com",
    ],
)
def test_no_address_is_taken_out_where_it_is_not_the_only_one(cell):
    assert fieldtypes.get("Email").without_surroundings(cell) == cell


def test_the_address_is_taken_out_on_request_also_as_the_key(import_text, people):
    text = 'email,firstName\nAna <ana@example.com>,Ana\nbia@example.com,Bia\n"a@example.com;b@example.com",Caio\n'

    found = import_text(text, key="email", columns={"email": ColumnChoices(is_bared=True)})

    assert [error[:2] for error in found.errors] == [(4, "email")]
    assert list(people.objects.order_by("email").values_list("email", flat=True)) == ["ana@example.com", "bia@example.com"]
