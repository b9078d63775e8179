"""Texts of Windows, DOS and Macintosh are told apart by the words that their bytes make."""

import io

import pytest
from django.core.management import CommandError, call_command

from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats import encodings, letter_evidence
from crm.worksheets.formats.reading.format_detection import detect_text
from crm.worksheets.importing import preparing

TEXT = "email;firstName;corporateName\nc8@example.com;JOÃO;CONFECÇÕES BELÉM\nc9@example.com;Conceição;Café São João\n"
DOS = b"email;firstName;corporateName\nc8@example.com;JO\xc7O;CONFEC\x80\xe5ES BEL\x90M\nc9@example.com;Concei\x87\xc6o;Caf\x82 S\xc6o Jo\xc6o\n"


def test_a_file_of_dos_is_read_as_one(import_text, people):
    import_text(DOS, key="email")

    assert list(people.objects.order_by("email").values_list("firstName", "corporateName")) == [
        ("JOÃO", "CONFECÇÕES BELÉM"),
        ("Conceição", "Café São João"),
    ]


@pytest.mark.parametrize("encoding", letter_evidence.CANDIDATES[:3] + letter_evidence.CANDIDATES[4:])
def test_the_encoding_is_found_by_its_letters(encoding):
    assert detect_text(io.BytesIO(TEXT.encode(encoding))).encoding == encoding


@pytest.mark.parametrize(
    "words",
    ["São Paulo – “Café” € 5", "FRANÇA", "Peña Núñez", "Müller Straße", "Ação, coração", "naïve élan", "© 2024 · Nº 5", "JOSÉ"],
)
def test_windows_goes_first_where_its_words_make_sense(words):
    assert detect_text(io.BytesIO(f"a;b\n{words};1\n".encode("cp1252"))).encoding == "cp1252"


FOREIGN = {
    "Łukasz": "cp1250", "Zażółć gęślą jaźń": "cp1250", "Jiří Dvořák; Václav Štěpánek": "cp1250", "Győző Erdős": "cp1250",
    "Ion Păun": "cp1250", "Michał Wójcik": "cp1250", "Gönül Şahin": "cp1254", "Иван Петров": "cp1251", "Ştefan": "cp1250",
    "Małgorzata": "cp852", "Győr": "cp852", "Żaneta Kowalska": "iso8859-2",
}  # fmt: skip


@pytest.mark.parametrize(("words", "encoding"), FOREIGN.items())
def test_letters_of_other_languages_are_asked_about(words, encoding):
    content = f"email;firstName\na@example.com;{words}\n".encode(encoding)

    unclear = detect_text(io.BytesIO(content)).unclear

    assert unclear
    if encoding in letter_evidence.OTHERS:
        told = " ".join(text for _name, text in encodings.unclear_readings(unclear))
        assert any(word in told for word in words.replace(";", " ").split() if not word.isascii())


CLEAR = [
    "São Paulo – “Café” € 5", "FRANÇA", "Peña Núñez", "Müller Straße", "Ação, coração", "naïve élan", "© 2024 · Nº 5", "JOSÉ", "70 m²",
    "maçãs, irmãzinha, Camões", "AÇÕES", "¿Qué? ¡Sí!", "Av. 9 de Julho, nº 5, 2ª", "Zoë Björk", "R$ 5 – £5", "José", "São", "n°",
    "Ana é daqui", "à vista", "É", "Ó",
]  # fmt: skip


@pytest.mark.parametrize("words", CLEAR)
def test_western_words_are_certain(words):
    assert not detect_text(io.BytesIO(f"a;b\n{words};1\n".encode("cp1252"))).unclear


def test_files_of_dos_with_several_letters_are_certain():
    assert not detect_text(io.BytesIO(DOS)).unclear
    assert not detect_text(io.BytesIO(TEXT.encode("mac-roman"))).unclear


def test_one_foreign_name_among_many_is_no_reason_to_ask():
    names = "João;José;Conceição;André;Íris\n" * 20

    assert not detect_text(io.BytesIO(f"a;b;c;d;e\n{names}".encode("cp1252") + b"\xa3ukasz;;;;\n")).unclear


POLISH = "email;firstName\na@example.com;Łukasz\nb@example.com;Michał\n".encode("cp1250")


def test_unclear_letters_are_refused_unless_their_encoding_is_stated(import_text, people, upload):
    with pytest.raises(UnreadableWorksheet, match=r"Windows-1250: “Łukasz Michał” .*--encoding"):
        preparing.prepare(upload(POLISH, key="email"))

    import_text(POLISH, key="email", encoding="cp1250")
    assert list(people.objects.order_by("email").values_list("firstName", flat=True)) == ["Łukasz", "Michał"]


@pytest.mark.parametrize("words", [[], ["--guess"]])
def test_a_command_names_the_option_that_states_the_encoding(people, tmp_path, words):
    (tmp_path / "list.csv").write_bytes(POLISH)

    with pytest.raises(CommandError, match=r"Windows-1250: “Łukasz Michał” .*--encoding"):
        call_command("import_worksheet", str(tmp_path / "list.csv"), *words)
    call_command(
        "import_worksheet", str(tmp_path / "list.csv"), "--key", "email", *words, "--encoding", "cp1250", stdout=io.StringIO()
    )

    assert people.objects.filter(firstName="Michał").exists()


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
