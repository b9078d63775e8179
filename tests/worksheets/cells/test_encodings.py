"""Texts of Windows, DOS and Macintosh are told apart by the words that their bytes make."""

import io

import pytest

from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats import encodings
from crm.worksheets.formats.reading.format_detection import detect_text

TEXT = "email;firstName;corporateName\nc8@example.com;JOÃO;CONFECÇÕES BELÉM\nc9@example.com;Conceição;Café São João\n"
DOS = b"email;firstName;corporateName\nc8@example.com;JO\xc7O;CONFEC\x80\xe5ES BEL\x90M\nc9@example.com;Concei\x87\xc6o;Caf\x82 S\xc6o Jo\xc6o\n"


def test_a_file_of_dos_is_read_as_one(import_text, people):
    import_text(DOS, key="email")

    assert list(people.objects.order_by("email").values_list("firstName", "corporateName")) == [
        ("JOÃO", "CONFECÇÕES BELÉM"),
        ("Conceição", "Café São João"),
    ]


@pytest.mark.parametrize("encoding", encodings.CANDIDATES[:3] + encodings.CANDIDATES[4:])
def test_the_encoding_is_found_by_its_letters(encoding):
    assert detect_text(io.BytesIO(TEXT.encode(encoding))).encoding == encoding


@pytest.mark.parametrize(
    "words",
    ["São Paulo – “Café” € 5", "FRANÇA", "Peña Núñez", "Müller Straße", "Ação, coração", "naïve élan", "© 2024 · Nº 5", "JOSÉ"],
)
def test_windows_goes_first_where_its_words_make_sense(words):
    assert detect_text(io.BytesIO(f"a;b\n{words};1\n".encode("cp1252"))).encoding == "cp1252"


@pytest.mark.parametrize("encoding", ["cp850", "latin1", "ISO-8859-15", "utf-16-le", "gb18030", "koi8_r", "cp1250"])
def test_all_that_can_be_stated_is_offered(encoding):
    assert encodings.canonical(encoding) in encodings.all_encodings()


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1252", "Windows-1252"),
        ("windows-1252", "Windows-1252"),
        ("utf-8-sig", "UTF-8"),
        ("850", "DOS (CP850)"),
        ("latin1", "ISO-8859-1"),
    ],
)
def test_an_encoding_has_one_name(encoding, name):
    assert encodings.encoding_name(encoding) == name


def test_an_unknown_encoding_is_refused_by_its_name():
    with pytest.raises(UnreadableWorksheet, match="There is no encoding “klingon”"):
        detect_text(io.BytesIO(b"a;b\n"), encoding="klingon")
