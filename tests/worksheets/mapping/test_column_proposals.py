"""What is proposed for columns by their headers and their cells, and what stays open."""

from pathlib import Path

import pytest

from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current
from crm.worksheets.formats.rows import SheetRow
from crm.worksheets.mapping.column_proposals import ColumnProposals, propose_columns
from crm.worksheets.mapping.inspection import inspect
from crm.worksheets.mapping.synonyms import FULL_NAME, HEADERS, QUALIFIERS, synonyms


@pytest.fixture
def propose(customers):
    def proposed(text: str, *, model=customers, former=None, stated=None) -> tuple[dict[str, str], ColumnProposals]:
        headers, *rows = (line.split(";") for line in text.splitlines())
        inspection = inspect(headers, [SheetRow(place, cells) for place, cells in enumerate(rows, start=2)])
        found = propose_columns(inspection, model.entity, former=former or {}, stated=stated or {})
        return {headers[place]: name for place, name in found.fields.items()}, found

    return proposed


@pytest.mark.parametrize(
    "header",
    [
        "Email Address",
        "Endereço de email",
        "Customer Email",
        "user_email",
        "billing_email",
        "E-mail do cliente",
        "CustomerEmail",
        "quem",
    ],
)
def test_a_column_of_addresses_is_the_email_whatever_it_is_called(propose, header):
    assert propose(f"{header};city\nana@example.com;Santos\neva@example.com;Bauru\n")[0] == {header: "email"}


def test_of_two_columns_of_addresses_the_name_decides(propose):
    assert propose("reply to;Email\na@example.com;b@example.com\n")[0] == {"Email": "email"}


def test_two_columns_of_addresses_without_a_name_that_says_more_stay_open(propose):
    fields, found = propose("one;two\na@example.com;b@example.com\n")

    assert (fields, found.rivals) == ({}, {"email": [0, 1]})


def test_a_common_header_loses_its_certainty_to_a_column_of_more_addresses(propose):
    found = propose("Personal email;Work email\na@example.com;b@example.com\nc@example.com;\n")[1]

    assert (found.fields, found.rivals) == ({}, {"email": [0, 1]})
    assert propose("Personal email;Work email\na@example.com;b@example.com\n;c@example.com\n")[0] == {"Work email": "email"}


EQUAL = "a@example.com;b@example.com\nc@example.com;d@example.com\n"


@pytest.mark.parametrize(
    "headers", ["Personal email;Work email", "Email;E-mail", "Correo;Customer Email", "Email Address;Correo"]
)
def test_of_two_columns_with_as_many_addresses_a_common_header_decides_nothing(propose, headers):
    found = propose(f"{headers}\n{EQUAL}")[1]

    assert (found.fields, found.rivals) == ({}, {"email": [0, 1]})


@pytest.mark.parametrize(
    "headers", ["E-mail;E-mail 2", "email;billing_email", "user_email;billing_email", "E-mail;Customer Email"]
)
def test_of_two_columns_with_as_many_addresses_a_number_the_name_or_their_program_decides(propose, headers):
    found = propose(f"{headers}\n{EQUAL}")[1]

    assert (found.fields, found.rivals) == ({0: "email"}, {})


def test_of_two_columns_with_the_same_addresses_any_is_right(propose):
    found = propose("Email;E-mail\na@example.com;a@example.com\nc@example.com;c@example.com\n")[1]

    assert (found.fields, found.rivals) == ({0: "email"}, {})


@pytest.mark.parametrize("headers", ["Mail;Correo", "Mail;Mail (2)", "E-mail pessoal;E-mail comercial"])
def test_two_columns_that_are_both_called_and_look_like_the_email_stay_open(propose, headers):
    fields, found = propose(f"{headers}\na@example.com;b@example.com\n")

    assert (fields, found.rivals) == ({}, {"email": [0, 1]})


@pytest.mark.parametrize("headers", ["Email;Mail", "E-mail;Mail"])
def test_the_name_or_label_of_the_email_goes_before_a_common_header(propose, headers):
    assert list(propose(f"{headers}\na@example.com;b@example.com\n")[0].items()) == [(headers.partition(";")[0], "email")]


def test_an_address_that_is_repeated_on_most_rows_is_nobodys_own(propose):
    rows = "\n".join("seller@example.com" for _row in range(10))

    assert propose(f"vendedor\n{rows}\n")[0] == {}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Company\nAcme Ltda\nPadaria Dois\n", {"Company": "corporateName"}),
        ("Company\nyes\nno\n", {"Company": "isCorporate"}),
        ("Company\n\n", {"Company": "corporateName"}),
        ("Empresa\nAcme Ltda\n", {"Empresa": "corporateName"}),
        ("ad_name\nVideo 2\n", {}),
        ("Phone;city\nHome;x\nWork;y\nMobile;z\nA;1\nB;2\n", {}),
        ("Mobile Phone\nyes\nno\n", {}),
        ("Data nascimento\n15/05/1985\n00/00/0000\n", {"Data nascimento": "birthDate"}),
        ("Telemóvel\n+351 912 345 678\n", {"Telemóvel": "cellPhone"}),
        ("Celular (WhatsApp)\n11987654321\n", {"Celular (WhatsApp)": "cellPhone"}),
        ("Nome próprio;Sobrenome\nAna;Lima\n", {"Nome próprio": "firstName", "Sobrenome": "lastName"}),
        ("Birthday\n05/15\n05/16\n", {}),
        ("E-mail 1 - Label;E-mail 1 - Value\nWork;a@example.com\n", {"E-mail 1 - Value": "email"}),
        ("First Name\nana@example.com\n", {"First Name": "email"}),
    ],
)
def test_cells_that_do_not_fit_a_field_are_not_given_to_it(propose, text, fields):
    assert propose(text)[0] == fields


def test_why_a_column_stays_open_is_known(propose):
    assert propose("Birthday\n05/15\n05/16\n")[1].unfit == {0: "birthDate"}


@pytest.mark.parametrize(
    ("text", "fields", "whole"),
    [
        ("Name\nAna Pires\n", {}, [0]),
        ("Nome\nAna Pires\nEva Reis\n", {}, [0]),
        ("Nome\nAna\nEva\n", {"Nome": "firstName"}, []),
        ("Nome;Sobrenome\nAna Maria;Pires\n", {"Nome": "firstName", "Sobrenome": "lastName"}, []),
        ("Nome;Sobrenome\nMaria da Silva;Silva\nJosé Souza;Souza\n", {"Sobrenome": "lastName"}, [0]),
        ("Nome;Sobrenome\nMaria da Silva;da Silva\nAna Reis;\n", {"Sobrenome": "lastName"}, [0]),
        ("Nome;Sobrenome\nMaria da Silva;\nJosé Souza;\n", {"Sobrenome": "lastName"}, [0]),
        ("Name;Surname\nAna;Pires\n", {"Name": "firstName", "Surname": "lastName"}, []),
        ("Name;Given Name;Family Name\nAna Pires;Ana;Pires\n", {"Given Name": "firstName", "Family Name": "lastName"}, []),
        ("firstName\nAna Maria\n", {"firstName": "firstName"}, []),
    ],
)
def test_a_name_is_a_whole_name_unless_the_last_name_stands_beside_it(propose, text, fields, whole):
    found = propose(text)

    assert (found[0], found[1].full_names) == (fields, whole)


def test_whole_names_stay_open_although_an_earlier_worksheet_had_first_names_there(propose):
    former = {"nome": "firstName"}

    assert propose("Nome\nMaria da Silva\nJosé Souza\n", former=former)[1].full_names == [0]
    assert propose("Nome\nMaria\nJosé\n", former=former)[0] == {"Nome": "firstName"}


@pytest.mark.parametrize(
    ("text", "fields", "rivals"),
    [
        ("Phone;Phone (2)\n+5511999990001;+5511999990002\n", {}, {"phone": [0, 1]}),
        ("Phone;Phone (2)\n+5511999990001;\n", {"Phone": "phone"}, {}),
        ("Phone;Phone (2)\n;+5511999990002\n", {"Phone (2)": "phone"}, {}),
        ("Phone;Phone (2)\n+5511999990001;+5511999990001\n", {"Phone": "phone"}, {}),
        ("UNSUB_REASON;UNSUB_REASON (2)\nx;y\n", {}, {}),
    ],
)
def test_of_repeated_columns_the_one_that_holds_something_is_taken(propose, text, fields, rivals):
    found = propose(text)

    assert (found[0], found[1].rivals) == (fields, rivals)


@pytest.mark.parametrize(("header", "field"), [("Sobrenomes", "lastName"), ("fist name", "firstName"), ("form_name", None)])
def test_a_misspelt_label_is_recognised_but_no_common_word(propose, header, field):
    assert propose(f"{header}\nAna\n")[0].get(header) == field


def test_a_field_of_that_name_goes_before_a_common_meaning(define, propose):
    model = define("PT", name="Varchar 50", company=FieldDefinition("company", "Varchar 50"))

    assert propose("Name;Company\nbolt;Acme\n", model=model)[0] == {"Name": "name", "Company": "company"}


def test_what_is_stated_is_not_proposed_otherwise(propose):
    fields = propose("Email;mail\na@example.com;b@example.com\n", stated={0: None, 1: "email"})[0]

    assert fields == {"mail": "email"}


def test_every_synonym_names_a_built_in_field_and_its_source(db):
    lines = [line.split(",") for line in HEADERS.read_text(encoding="utf-8").splitlines()[1:]]
    entities = {acronym: current.models().entity(acronym) for acronym in ("CL", "AD")}
    unknown = [line for line in lines if line[1] not in {"id", FULL_NAME} and entities[line[0]].field(line[1]) is None]

    assert (unknown, [line for line in lines if not line[-1]], {line[2] for line in lines}) == ([], [], {"en", "pt-br", "es"})
    assert len(synonyms("CL")) > 100 and Path(QUALIFIERS).exists()


CASES = {
    "email_address": (
        "Email Address;First Name;Last Name\nea1@example.com;Ana;Pires\nea2@example.com;Bia;Reis\n",
        {"Email Address": "email", "First Name": "firstName", "Last Name": "lastName"},
    ),
    "bling": (
        "ID;Código;Nome;Fantasia;CNPJ / CPF;Tipo pessoa;Data de nascimento;Cliente desde;E-mail;E-mail para envio NFe;Celular\n"
        "16512345678;;Ana Pires;;012.345.678-90;F;15/05/1985;01/02/2020;bl1@example.com;nfe@example.com;(11) 99999-0001\n"
        "16512345679;C2;Padaria Dois Ltda;Padaria Dois;11.222.333/0001-81;J;00/00/0000;01/02/2020;bl2@example.com;;\n",
        {
            "ID": "id", "Fantasia": "tradeName", "CNPJ / CPF": "document", "Data de nascimento": "birthDate", "E-mail": "email",
            "Celular": "cellPhone",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "fields"), CASES.values(), ids=CASES)
def test_files_that_went_wrong_fill_the_right_fields(propose, text, fields):
    assert propose(text)[0] == fields
