"""The error worksheet: what was uploaded and why it was refused, without a cell that runs."""

from crm.worksheets import reporting


def test_refused_rows_come_back_as_uploaded_but_run_nothing(import_text):
    text = "email,firstName,lastName,gender\nnot an address,=1+1,'=2,[null]\nana@example.com,Ana,,\n"

    worksheet = import_text(text, key="email").worksheet

    header, row = reporting.error_rows(worksheet)
    assert header == ["email", "firstName", "lastName", "gender", "_row", "_error"]
    assert row[:5] == ["not an address", "'=1+1", "'=2", "[null]", "2"]
