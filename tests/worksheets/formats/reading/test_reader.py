"""Files as they come: told by content, read row by row, refused with a sentence."""

import io

import pytest

from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats.reading import format_detection, reader


def opened(content: str | bytes) -> io.BytesIO:
    return io.BytesIO(content.encode() if isinstance(content, str) else content)


def read(content: str | bytes, **stated) -> tuple[list[str], list[list[str]]]:
    """Header and rows."""
    file = opened(content)
    form = reader.detect_format(file, **stated)
    return reader.header_names(form), [row.cells for row in reader.rows_of(file, form)]


def problems(content: str | bytes, **stated) -> list[tuple[int, int | None, str, str]]:
    """Row, column, value and reason of each row that cannot be read."""
    file = opened(content)
    form = reader.detect_format(file, **stated)
    rows = [row for row in reader.rows_of(file, form) if row.problems]
    return [(row.number, *problem) for row in rows for problem in row.problems]


def refusal(content: str | bytes, **stated) -> str:
    with pytest.raises(UnreadableWorksheet) as raised:
        read(content, **stated)
    return str(raised.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    assert read(f"a{delimiter}b\n1{delimiter}2\n") == (["a", "b"], [["1", "2"]])


def test_a_delimiter_between_quotes_does_not_count():
    assert read('"x,y,z";b\n1;2\n') == (["x,y,z", "b"], [["1", "2"]])


def test_a_stated_delimiter_is_kept():
    assert read("a;b,c\n1;2,3\n", delimiter=",") == (["a;b", "c"], [["1;2", "3"]])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(encoding):
    assert read("nome,cidade\nJoão,Brasília\n".encode(encoding)) == (["nome", "cidade"], [["João", "Brasília"]])


def test_a_stated_encoding_is_kept():
    assert read("nome\nJo\u0103o\n".encode("iso8859-2"), encoding="iso8859-2") == (["nome"], [["Jo\u0103o"]])


@pytest.mark.parametrize("written", ["tab", "\\t", "\t"])
def test_a_tab_may_be_stated_by_name(written):
    assert read("a\tb,c\n1\t2,3\n", delimiter=written) == (["a", "b,c"], [["1", "2,3"]])


@pytest.mark.parametrize("written", ["||", '"', "\n"])
def test_what_cannot_divide_columns_is_refused(written):
    assert refusal("a,b\n1,2\n", delimiter=written).endswith("a delimiter is one character.")


def test_an_unknown_encoding_is_refused():
    assert refusal("a\n1\n", encoding="klingon") == "There is no encoding “klingon”."


def test_an_encoding_that_gives_no_text_is_refused():
    assert refusal("a\n1\n", encoding="hex") == "There is no encoding “hex”."


def test_a_bad_byte_in_utf8_is_one_cell_and_not_another_encoding():
    content = "nome,cidade\nJoão,Brasília\n".encode() + b"Jos\xe9,Bel\xc3\xa9m\n"

    assert read(content)[1][0] == ["João", "Brasília"]
    assert problems(content) == [(3, 0, "Jos\\xe9", "The cell holds bytes that are not UTF-8.")]


def test_a_byte_that_windows_does_not_know_is_one_cell():
    assert problems(b"nome,cidade\nJos\xe9,\x81\n") == [(2, 1, "\\x81", "The cell holds bytes that are not Windows-1252.")]


def test_a_header_of_bad_bytes_is_refused():
    assert refusal(b"\x81,b\n1,2\n") == (
        "The names of the columns cannot be read. The cell holds bytes that are not Windows-1252."
    )


def test_a_utf16_file_that_breaks_off_is_refused():
    content = "a,b\n1,2\n".encode("utf-16") + b"\x00\xd8\x41"

    assert "UTF-16" in refusal(content)


def test_blank_rows_are_passed_over_and_counted_as_places():
    file = opened("a,b\n\n1,2\n , \n3,4\n")

    rows = list(reader.rows_of(file, reader.detect_format(file)))

    assert [(row.number, row.cells) for row in rows] == [(3, ["1", "2"]), (5, ["3", "4"])]


def test_a_cell_may_hold_lines_and_quotes():
    assert read('a,b\n"one\ntwo","says ""hi"""\n') == (["a", "b"], [["one\ntwo", 'says "hi"']])


@pytest.mark.parametrize("content", [b"", b"\n\n", b"  \r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content):
    assert refusal(content) == "The file is empty."


@pytest.mark.parametrize(
    ("headers", "names"),
    [
        ("email,Email", ["email", "Email (2)"]),
        ("email,E-Mail,EMAIL", ["email", "E-Mail", "EMAIL (2)"]),
        ("a,a,a", ["a", "a (2)", "a (3)"]),
        ("a,A (2),a", ["a", "A (2)", "a (3)"]),
        ("a,,,b", ["a", "", "", "b"]),
    ],
)
def test_repeated_headers_are_told_apart(headers, names):
    assert read(f"{headers}\n1,2\n")[0] == names


def test_a_header_of_several_lines_is_one_name():
    assert read('"E-mail\nAddress","\u200bName\u00a0"\n1,2\n')[0] == ["E-mail Address", "Name"]


def test_a_blank_header_row_is_refused():
    assert refusal(",,\n1,2,3\n", header=1) == "Row 1 should hold the names of the columns; it is empty."


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90\x00\x03\x00", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"%PDF-1.7\n", bytes(range(256)) * 9],
)
def test_what_is_no_text_is_refused_whatever_its_name(content):
    assert "text worksheet" in refusal(content)


def test_a_nul_is_left_to_its_cell():
    assert read("a,b\nx\0y,2\n") == (["a", "b"], [["x\0y", "2"]])


def test_a_quote_that_is_never_closed_costs_its_row_only():
    content = 'a,b\n1,2\n3,"four\n5,6\n7,8\n'

    assert read(content)[1] == [["1", "2"], ['3,"four'], ["5", "6"], ["7", "8"]]
    assert problems(content) == [(3, None, '3,"four', "A quote is opened here and never closed.")]


def test_a_quote_in_the_wrong_place_costs_its_row_only():
    content = 'a,b\n"1"x,2\n3,4\n'

    assert read(content)[1] == [['"1"x,2'], ["3", "4"]]
    assert problems(content) == [(2, None, '"1"x,2', "The quotes of this row do not fit: ',' expected after '\"'.")]


def test_a_header_with_an_open_quote_is_refused():
    assert refusal('a,"b\n1,2\n') == "The names of the columns cannot be read. A quote is opened here and never closed."


def test_too_many_broken_rows_are_no_worksheet():
    assert "Too many rows" in refusal("a,b\n" + '"1"x,2\n' * 1001)


def test_a_cell_without_end_is_refused_and_the_rest_is_read():
    content = "a,b\n" + "x" * 1_000_001 + ",2\n3,4\n"

    assert read(content)[1][1:] == [["3", "4"]]
    assert problems(content)[0][3] == "A cell holds more than 1,000,000 characters, or a quote is never closed."


@pytest.mark.parametrize(
    ("content", "delimiter", "header_row"),
    [
        ("a;b\n1;2\n", ";", 1),
        ("Customers of May\n\na\tb\tc\n1\t2\t3\n", "\t", 3),
        ("ana@example.com,Ana\n", ",", 0),
    ],
)
def test_delimiter_and_header_row_are_found(content, delimiter, header_row):
    found = reader.detect_format(opened(content))

    assert (found.encoding, found.delimiter, found.header_row) == ("utf-8", delimiter, header_row)


def test_a_header_below_a_title_is_found_and_rows_keep_their_numbers():
    file = opened("Customers of May,,\n,,\nemail,name,city\na@b.co,Ana,SP\n")
    form = reader.detect_format(file)

    assert reader.header_names(form) == ["email", "name", "city"]
    assert [(row.number, row.cells) for row in reader.rows_of(file, form)] == [(4, ["a@b.co", "Ana", "SP"])]


@pytest.mark.parametrize("content", ["a@b.co,Ana\nc@d.co,Bea\n", "1,2\n3,4\n", "2024-02-29,x\n"])
def test_without_a_header_columns_are_named_by_letters_and_no_row_is_lost(content):
    header, rows = read(content)

    assert header == ["A", "B"]
    assert len(rows) == content.count("\n")


def test_a_header_row_may_be_stated():
    assert read("x,y\na,b\n1,2\n", header=2) == (["a", "b"], [["1", "2"]])
    assert read("a,b\n1,2\n", header=0) == (["A", "B"], [["a", "b"], ["1", "2"]])


def test_excel_states_its_delimiter_in_a_line_of_its_own():
    assert read("sep=;\na,b;c;d\n1;2;3\n") == (["a,b", "c", "d"], [["1", "2", "3"]])


def test_a_title_does_not_decide_the_delimiter():
    assert read("Customers, all of them\nname;city;state\nAna;Itu;SP\n")[0] == ["name", "city", "state"]


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n", "\r\r\n"])
def test_line_ends_of_every_system_give_the_same_rows_at_the_same_places(end):
    file = opened(end.join(["a,b", "1,2", '"x', 'y",3', ""]))
    form = reader.detect_format(file)

    assert [(row.number, len(row.cells)) for row in reader.rows_of(file, form)] == [(2, 2), (3, 2)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark_is_found(encoding):
    assert read("nome,cidade\nJoão,Brasília\n".encode(encoding)) == (["nome", "cidade"], [["João", "Brasília"]])


def test_a_line_without_end_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(format_detection, "LONGEST_LINE", 1 << 20)

    assert "longer than 1 MB" in refusal("a,b\n" + "x," * (1 << 20))


@pytest.mark.parametrize("content", ["<html><table>", '<?xml version="1.0"?><Workbook/>', "\n <TABLE border=1>"])
def test_markup_is_no_worksheet(content):
    assert refusal(content).startswith("This is a web page or XML, not a worksheet.")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (",".join(f"c{n}" for n in range(1_001)) + "\n1\n", "The worksheet has 1,001 columns; at most 1,000 can be read."),
        ("1,2\n" + ",".join("3" * 1_001) + "\n", "The worksheet has 1,001 columns; at most 1,000 can be read."),
        ("email," + "n" * 1_001 + "\na@b.co,x\n", "The name of column 2 has 1,001 characters. Does row 1 name the columns?"),
        (",,\n,,\n", "The sheet is empty."),
    ],
    ids=["many", "many without names", "long", "blank"],
)
def test_names_that_are_none_are_refused_with_what_to_do(content, said):
    assert refusal(content).startswith(said)


def test_a_thousand_columns_are_read():
    names = [f"c{n}" for n in range(1_000)]

    assert read(",".join(names) + "\n") == (names, [])
