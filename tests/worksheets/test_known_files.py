"""Small files as people sent them, each with what must come of it: what is certain is read, what is not is asked or refused."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.generated import current
from crm.schema.models import DataEntity, Field
from crm.schema.publishing import publishing
from crm.worksheets.importing import refusals
from crm.worksheets.models import RowError
from crm.worksheets.review import fixes, reviewing

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent / "known_files"
FIELDS = {
    "qty": "Integer", "spent": "Currency", "rate": "Percent", "seenAt": "Date and Time", "alarm": "Time", "cpf": "CPF / CNPJ",
    "cep": "CEP",
}  # fmt: skip
WINES = ("Wine", "Beer", "Rum")


def choices(*values: str) -> dict[str, object]:
    return {"choices": [{"value": value, "label": value, "colour": 1} for value in values]}


@pytest.fixture
def _fields(db, operator):
    entity = DataEntity.objects.get(acronym="CL")
    for name, kind in FIELDS.items():
        editing.add_field(entity, FieldDefinition(name, kind))
    editing.add_field(entity, FieldDefinition("sfid", "Varchar 50", unique=True))
    editing.add_field(entity, FieldDefinition("interests", "Choices", options=choices(*WINES)))
    publishing.publish(by=operator)


def imported(file: str, *options: str) -> dict:
    output = StringIO()
    call_command("import_worksheet", str(FILES / file), *options, "--json", stdout=output)
    return json.loads(output.getvalue())


def counts(facts: dict) -> tuple[int, int, int, int]:
    return facts["created"], facts["updated"], facts["unchanged"], facts["errors"]


def customer(email: str):
    return current.models()["CL"].objects.get(email=email)


def reasons(facts: dict) -> str:
    return " ".join(RowError.objects.filter(worksheet__number=facts["worksheet"]).values_list("reason", flat=True))


@pytest.mark.usefixtures("_fields")
class TestWhatACellSays:
    def test_a_point_between_thousands_is_asked_about(self):
        with pytest.raises(CommandError, match=r"How is “1\.000” in qty to be read"):
            imported("integer_point.csv", "--guess")

        assert counts(imported("integer_point.csv", "--key", "email", "--decimal", ",")) == (3, 0, 0, 0)
        assert customer("ip1@example.com").qty == 1000

    def test_a_point_is_of_thousands_where_the_file_writes_decimals_with_a_comma(self):
        facts = imported("decimal_comma.csv", "--guess")

        assert facts["errors"] == 0
        assert (customer("dc1@example.com").qty, str(customer("dc1@example.com").spent)) == (1000, "1.12")

    def test_line_breaks_and_tabs_become_blanks(self):
        imported("line_breaks.csv", "--key", "email")

        found = customer("lbx@example.com")
        assert (found.corporateName, found.tradeName) == ("150 Muir Road Martinez", "Rua A Casa 2")

    def test_a_formula_that_only_holds_a_text_is_the_text(self):
        facts = imported("constant_formula_text.csv", "--key", "email")

        assert customer("cf1@example.com").document == "0001234"
        assert "read as this text" in " ".join(facts["notes"])

    def test_a_formula_that_only_holds_a_key_finds_its_customer(self, operator):
        saving.create(current.models()["CL"], {"userId": "U-0077", "firstName": "Velho"}, by=operator)

        assert counts(imported("constant_formula_key.csv", "--key", "userId")) == (0, 1, 0, 0)

    def test_invisible_characters_make_no_second_customer(self):
        facts = imported("invisible.csv", "--key", "email")

        assert (facts["created"], facts["errors"]) == (1, 2)
        assert customer("ip3x@example.com").userId == "U101x"

    def test_an_address_is_trimmed_of_what_nobody_sees_and_named_where_it_is_inside(self):
        facts = imported("invisible_email.csv", "--key", "email")

        assert (facts["created"], facts["errors"]) == (5, 1)
        assert "invisible U+" in reasons(facts)

    def test_an_option_that_was_retired_since_the_export_changes_nothing(self, operator):
        lines = (FILES / "retired_option.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
        for record_id, email, interests in (line.split(",") for line in lines):
            values = {"email": email, "interests": interests.split(";")}
            saving.create(current.models()["CL"], values, by=operator, record_id=record_id)
        editing.change_field(Field.objects.get(name="interests"), options=choices("Beer", "Rum"))
        publishing.publish(by=operator)

        assert counts(imported("retired_option.csv", "--key", "email")) == (0, 0, len(lines), 0)

    def test_two_digits_of_a_year_and_twelve_hours_are_read_and_the_century_is_told(self):
        facts = imported("two_digit_and_12h.csv", "--key", "email", "--dates", "mdy")

        assert (facts["created"], facts["errors"]) == (2, 0)
        assert str(customer("th1x@example.com").birthDate) == "1961-11-21"
        assert str(customer("th1x@example.com").alarm) == "15:10:00"
        assert "from 1930 to 2029" in " ".join(facts["notes"])

    def test_moments_as_databases_write_them_are_read(self):
        assert counts(imported("pg_rails_times.csv", "--key", "email")) == (2, 0, 0, 0)
        assert customer("pg2@example.com").seenAt.isoformat() == "2023-01-05T12:30:00+00:00"

    def test_several_options_are_divided(self):
        assert counts(imported("several_options.csv", "--key", "email")) == (2, 0, 0, 0)
        assert customer("so1@example.com").interests.split() == ["Beer", "Rum"]

    def test_lost_zeros_are_explained(self):
        facts = imported("cpf_zeros.csv", "--key", "email")

        assert facts["created"] == 1
        assert "zeros" in reasons(facts)

    def test_a_shortened_code_is_told_and_refused_where_it_identifies(self):
        facts = imported("scientific_text.csv", "--key", "email")

        assert facts["errors"] == 1
        assert "shortened 1 code" in " ".join(facts["notes"])

    def test_an_apostrophe_before_digits_is_taken_away_and_told(self):
        facts = imported("shopify_ids.csv", "--key", "email")

        found = customer("sh9@example.com")
        assert (found.userId, found.phone, found.cep) == ("6001234567890", "+5511999990001", "01310100")
        assert "apostrophe" in " ".join(facts["notes"])


@pytest.mark.usefixtures("_fields")
class TestWhichColumnIsWhich:
    def test_an_e_mail_column_is_the_key_whatever_it_is_called(self):
        facts = imported("email_address.csv", "--guess")

        assert (facts["mapping"]["Email Address"], facts["key"]) == ("email", ["email"])
        assert imported("email_address.csv", "--guess")["created"] == 0

    @pytest.mark.parametrize(
        ("file", "mapping"),
        [
            ("facebook_full.tsv", {"ad_name": None, "platform": None, "full_name": None, "email": "email", "phone_number": "phone"}),
            ("google_labels.csv", {"E-mail 1 - Label": None, "E-mail 1 - Value": "email", "Phone 1 - Value": "phone"}),
            ("bling.csv", {"E-mail": "email", "E-mail para envio NFe": None, "Fantasia": "tradeName", "Código": None, "Nome": None}),
            ("repeated_header.csv", {"UNSUB_REASON": None, "UNSUB_REASON (2)": None, "First Name": "firstName"}),
        ],
    )  # fmt: skip
    def test_headers_of_known_exports_fill_the_right_fields_or_stay_open(self, file, mapping):
        assert imported(file, "--guess", "--dry-run")["mapping"].items() >= mapping.items()

    def test_texts_of_dos_are_recognised(self):
        imported("cp850_silent.csv", "--guess")

        assert customer("c9@example.com").firstName == "Conceição"

    def test_only_what_mends_is_offered_for_formulas_without_a_value(self, upload, admin):
        worksheet = upload((FILES / "formula_no_value.xlsx").read_bytes())
        reviewing.begin(worksheet)
        reviewing.rehearse(worksheet, by=admin)
        worksheet.refresh_from_db()

        causes = list(fixes.refusal_causes(reviewing.open_review(worksheet), refusals.groups(worksheet)))

        assert worksheet.tally.errors == 1
        assert {fix.changes.partition("_")[0] for cause in causes for fix in cause.fixes} == {"wrong"}, (
            "leaves cells out, no more"
        )
