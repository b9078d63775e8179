"""Lists of people as files."""

from time import perf_counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from clusters.errors import InvalidSelection
from clusters.members import uploaded
from clusters.members.pasted import MOST
from clusters.members.uploaded import UploadedList, list_of_file
from crm.schema.generated import current

pytestmark = pytest.mark.django_db


def uploaded_list(content: bytes) -> UploadedList:
    return list_of_file(SimpleUploadedFile("list.csv", content), current.entity("CL"))


def read(content: bytes) -> list[str]:
    return uploaded_list(content).text.split("\n")


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        (b"ana@example.com\nbia@example.com\n", ["ana@example.com", "bia@example.com"]),
        (b"Name;E-mail\nAna;ana@example.com\nBia;bia@example.com\n", ["ana@example.com", "bia@example.com"]),
        (b"name,document\nAna,529.982.247-25\n", ["529.982.247-25"]),
        (b"email,document\nana@example.com,529.982.247-25\n", ["ana@example.com"]),
        (b"id,name\nabc-1,Ana\nabc-2,Bia\n", ["abc-1", "abc-2"]),
        (b"abc-1\n52998224725\nana@example.com\n", ["abc-1", "52998224725", "ana@example.com"]),
        ("E-mail\nana@example.com\n".encode("utf-16"), ["ana@example.com"]),
    ],
)
def test_the_column_that_names_people_is_read_without_its_heading(content, keys):
    assert read(content) == keys


def test_a_heading_that_is_no_fields_stays_so_that_it_is_listed_as_unknown():
    assert read(b"Wholesale people\nana@example.com\n") == ["Wholesale people", "ana@example.com"]


def test_rows_without_a_key_are_counted_and_named_by_their_numbers():
    found = uploaded_list(b"Name,E-mail\nAna,ana@example.com\nBia,\n\nCaio\nDuda,duda@example.com\n")

    assert found == UploadedList("ana@example.com\nduda@example.com", (3, 5))
    assert found.remark == "2 rows of the file hold other cells, but nothing in the column of the list: rows 3, 5."


def test_of_many_rows_without_a_key_the_first_are_named():
    assert uploaded_list(b"a@example.com,x\n" + b",x\n" * 1_100).remark.startswith("1,100 rows")
    assert uploaded_list(b"a@example.com,x\n" + b",x\n" * 11).remark.endswith("rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 ….")


def test_where_each_row_has_a_key_nothing_is_remarked():
    assert uploaded_list(b"Name,E-mail\nAna,ana@example.com\n").remark == ""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"%PDF-1.4", "neither a workbook"),
        (b"MZ\x00\x00", "neither a workbook"),
        (b"PK\x03\x04junk", "damaged"),
        (b"<html><table>", "web page"),
        (b"ana@example.com;bia@example.com\ncaio@example.com;duda@example.com\n", "Several columns"),
        (b"x\n" * (MOST + 1), "more than 100,000 lines"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(content, reason):
    with pytest.raises(InvalidSelection, match=reason):
        read(content)


def test_a_large_file_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(uploaded, "LARGEST", 10)

    with pytest.raises(InvalidSelection, match="at most"):
        read(b"ana@example.com\n")


def test_a_row_of_a_million_columns_beside_a_thousand_short_ones_is_read_at_once():
    started = perf_counter()

    assert (
        read(b"ana@example.com\n" * 2 + b"x" + b"," * 1_000_000 + b"\n" + b"bia@example.com\n" * 1_000)[-1] == "bia@example.com"
    )
    assert perf_counter() - started < 20  # a look at each column of each row takes minutes
